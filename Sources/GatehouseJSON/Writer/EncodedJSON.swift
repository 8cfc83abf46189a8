import NIOCore

/// A value that is written already: for one that is so large that writing it would hold up the event loop that sends it.
package struct EncodedJSON: JSONEncodable, Sendable {
    private let text: ByteBuffer

    /// - Throws: as `JSONWriter` does for what JSON cannot say, and for a value with attachments.
    package init(_ value: borrowing some JSONEncodable) throws(JSONError) {
        var text = ByteBuffer()
        try JSONWriter.write(value, to: &text)
        self.text = text
    }

    package func encode(to writer: inout JSONWriter) { writer.written(text) }
}
