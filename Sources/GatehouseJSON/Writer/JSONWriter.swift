package import NIOCore

/// Appends one JSON value to a buffer; handed to ``JSONEncodable/encode(to:)``.
///
/// A mistake (a double that is not finite, a member outside of an object, two values where one belongs) does not throw where it is made: the
/// writer remembers the first one and the whole value is refused at the end, so that nothing half-written is ever sent.
public struct JSONWriter: ~Copyable {
    private enum Context {
        case value, object, array, written
    }

    private var output: BufferWriter
    private var context = Context.value
    private var needsComma = false
    private var failure: JSONError?
    private let start: Int
    /// The attachments so far of the packet that the value is part of.
    private var attachments: [ByteBuffer] = []
    private let takesAttachments: Bool

    /// The most attachments of one packet, whatever the encoders: as many as a server can be set up to take.
    package static let maxAttachments = 64

    private init(_ output: consuming BufferWriter, takesAttachments: Bool) {
        self.takesAttachments = takesAttachments
        start = output.count
        self.output = output
    }

    /// Appends the JSON text of a value to a buffer; the buffer is left as it was if that fails.
    /// - Throws: `JSONError` with the code `numberRange` for a double that is not finite, `syntax` for an encoder that writes no single value,
    ///   `attachment` for one that writes an attachment.
    package static func write(_ value: borrowing some JSONEncodable, to buffer: inout ByteBuffer) throws(JSONError) {
        var none: [ByteBuffer] = []
        try write(value, to: &buffer, collecting: &none, takesAttachments: false)
    }

    /// Appends the JSON text of a value that is part of a packet, and the attachments that it has placeholders of; both are left as they were
    /// if that fails.
    /// - Throws: `JSONError` as above; with the code `attachment` for more than ``maxAttachments`` of them.
    package static func write(
        _ value: borrowing some JSONEncodable, to output: inout BufferWriter, collecting attachments: inout [ByteBuffer]
    ) throws(JSONError) {
        if let failure = write(value, to: &output, collecting: &attachments, takesAttachments: true) { throw failure }
    }

    /// Appends the JSON text of a value without attachments; what was appended before is left as it was if that fails.
    package static func write(_ value: borrowing some JSONEncodable, to output: inout BufferWriter) throws(JSONError) {
        var none: [ByteBuffer] = []
        if let failure = write(value, to: &output, collecting: &none, takesAttachments: false) { throw failure }
    }

    /// The same for a buffer.
    package static func write(
        _ value: borrowing some JSONEncodable, to buffer: inout ByteBuffer, collecting attachments: inout [ByteBuffer]
    ) throws(JSONError) {
        try write(value, to: &buffer, collecting: &attachments, takesAttachments: true)
    }

    private static func write(
        _ value: borrowing some JSONEncodable, to buffer: inout ByteBuffer, collecting attachments: inout [ByteBuffer],
        takesAttachments: Bool
    ) throws(JSONError) {
        var output = BufferWriter(&buffer)
        let failure = write(value, to: &output, collecting: &attachments, takesAttachments: takesAttachments)
        output.close(&buffer)
        if let failure { throw failure }
    }

    private static func write(
        _ value: borrowing some JSONEncodable, to output: inout BufferWriter, collecting attachments: inout [ByteBuffer],
        takesAttachments: Bool
    ) -> JSONError? {
        let start = output.count
        var writer = JSONWriter(output, takesAttachments: takesAttachments)
        writer.attachments = attachments
        value.encode(to: &writer)
        if writer.context != .written { writer.fail(.syntax, "an encoder wrote no value") }
        let failure = writer.failure
        if failure == nil { attachments = writer.attachments }
        output = writer.output
        if failure != nil { output.cut(to: start) }
        return failure
    }

    private mutating func fail(_ code: JSONError.Code, _ message: String) {
        if failure == nil { failure = JSONError(code, message, at: output.count &- start) }
    }

    /// Makes the whole value refused.
    mutating func refuse(_ message: String) { fail(.syntax, message) }

    @inline(__always) private mutating func value(_ write: (inout BufferWriter) -> Void) {
        guard context == .value else {
            fail(.syntax, "an encoder wrote a value where none belongs")
            return
        }
        write(&output)
        context = .written
    }

    /// Writes `null`.
    public mutating func null() { value { $0.writeStaticString("null") } }

    /// Writes a boolean.
    public mutating func bool(_ flag: Bool) { value { $0.writeStaticString(flag ? "true" : "false") } }

    /// Writes an integer.
    public mutating func integer(_ number: some FixedWidthInteger) { value { $0.writeJSONInteger(number) } }

    /// Writes a value as it was written before.
    mutating func written(_ text: ByteBuffer) { value { $0.writeImmutableBuffer(text) } }

    /// Writes a number, which must be finite.
    public mutating func number(_ number: Double) {
        guard number.isFinite else {
            fail(.numberRange, "a number is not finite, which JSON cannot say")
            null()
            return
        }
        value { _ = $0.writeJSONNumber(number) }
    }

    /// Writes a number by its digits, which are of JSON's grammar.
    mutating func number(digits: String) { value { $0.writeString(digits) } }

    /// Writes a string.
    public mutating func string(_ text: String) { value { $0.writeJSONString(text) } }

    /// Writes what stands for an attachment, and keeps the attachment for the packet.
    mutating func attachment(_ bytes: ByteBuffer) {
        guard takesAttachments, attachments.count < Self.maxAttachments else {
            fail(
                .attachment,
                takesAttachments
                    ? "a packet has at most \(Self.maxAttachments) attachments"
                    : "an attachment can go into an event or an ack only")
            null()
            return
        }
        let number = attachments.count
        value {
            $0.writeStaticString("{\"_placeholder\":true,\"num\":")
            $0.writeJSONInteger(number)
            $0.writeStaticString("}")
        }
        attachments.append(bytes)
    }

    /// Writes an object, whose members the closure writes.
    public mutating func object(_ members: (inout JSONWriter) -> Void) { container(.object, ASCII.openBrace, ASCII.closeBrace, members) }

    /// Writes an array, whose items the closure writes.
    public mutating func array(_ items: (inout JSONWriter) -> Void) { container(.array, ASCII.openBracket, ASCII.closeBracket, items) }

    private mutating func container(_ kind: Context, _ open: UInt8, _ close: UInt8, _ body: (inout JSONWriter) -> Void) {
        value { $0.writeInteger(open) }
        let outerComma = needsComma
        needsComma = false
        context = kind
        body(&self)
        output.writeInteger(close)
        needsComma = outerComma
        context = .written
    }

    /// Writes a member of the object that is being written. Keys are the caller's to keep different.
    public mutating func member(_ key: String, _ value: borrowing some JSONEncodable) {
        guard context == .object else {
            fail(.syntax, "an encoder wrote a member outside of an object")
            return
        }
        if needsComma { output.writeInteger(ASCII.comma) }
        output.writeJSONString(key)
        output.writeInteger(ASCII.colon)
        part(value, in: .object)
    }

    /// Writes a member whose key was written before.
    mutating func member(_ key: WrittenKey, _ value: borrowing some JSONEncodable) {
        guard context == .object else {
            fail(.syntax, "an encoder wrote a member outside of an object")
            return
        }
        output.writeBytes(needsComma ? key.following : key.first)
        part(value, in: .object)
    }

    /// Writes a member unless it is nil.
    public mutating func member(ifPresent key: String, _ value: (some JSONEncodable)?) {
        if let value { member(key, value) }
    }

    /// Writes an item of the array that is being written.
    public mutating func item(_ value: borrowing some JSONEncodable) {
        guard context == .array else {
            fail(.syntax, "an encoder wrote an item outside of an array")
            return
        }
        if needsComma { output.writeInteger(ASCII.comma) }
        part(value, in: .array)
    }

    private mutating func part(_ value: borrowing some JSONEncodable, in container: Context) {
        context = .value
        value.encode(to: &self)
        if context != .written { fail(.syntax, "an encoder wrote no value") }
        context = container
        needsComma = true
    }
}
