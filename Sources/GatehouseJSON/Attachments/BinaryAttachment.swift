package import NIOCore

/// Bytes beside the JSON of an event or an ack: what Socket.IO clients send and get as a `Buffer`, an `ArrayBuffer` or `bytes`.
///
/// In a payload it is the type of a field. In what is sent it stands where the client is to find the bytes, as deep as it may be; it is not
/// Base64, and no part of the JSON. A collection of its bytes: `Array(attachment)` and `Data(attachment)` copy them.
///
/// A field that takes any object, such as one of the type ``JSONValue``, gets of an attachment the object that stands for it, and no bytes.
public struct BinaryAttachment: Sendable, Hashable {
    package let buffer: ByteBuffer

    package init(_ buffer: ByteBuffer) { self.buffer = buffer }

    /// An attachment of these bytes.
    public init(_ bytes: some Sequence<UInt8>) { buffer = ByteBuffer(bytes: bytes) }
}

extension BinaryAttachment: RandomAccessCollection {
    /// Always 0.
    public var startIndex: Int { 0 }
    /// How many bytes there are.
    public var endIndex: Int { buffer.readableBytes }

    /// A byte; the index must be within the bounds, as for an array.
    public subscript(index: Int) -> UInt8 { buffer.readableBytesUInt8Span[index] }

    /// Runs with the bytes without copying them; this is how `Array`, `Data` and comparisons get at them.
    @safe public func withContiguousStorageIfAvailable<Result>(_ body: (UnsafeBufferPointer<UInt8>) throws -> Result) rethrows -> Result? {
        try unsafe buffer.readableBytesView.withContiguousStorageIfAvailable(body)
    }
}

extension BinaryAttachment: CustomStringConvertible {
    /// How many bytes there are, and none of them.
    public var description: String { "\(count) bytes" }
}

extension BinaryAttachment: JSONEncodable {
    /// Writes what stands for the bytes, which follow the JSON. Where none can follow, the whole value is refused.
    public func encode(to writer: inout JSONWriter) { writer.attachment(buffer) }
}

extension BinaryAttachment: FieldValue {
    /// Reads what stands for one of the message's attachments. Any other value is refused; so is the same text in a message without any.
    public static func reader(_ constraints: [Constraint<BinaryAttachment>]) -> FieldReader<BinaryAttachment> {
        let checks = Checks(constraints)
        return FieldReader(problems: constraints.problems()) { document, _, node, reading in
            guard let attachment = reading.attachment(at: node, in: document) else {
                reading.report("isAttachment", "must be an attachment")
                return nil
            }
            return checks.apply(to: attachment, document, &reading)
        }.shaped(.attachment, constraints)
    }
}

extension Reading {
    /// The attachment that a value stands for, if it is that and nothing more.
    fileprivate func attachment(at node: Int, in document: JSONDocument) -> BinaryAttachment? {
        guard !attachments.isEmpty, document.isPlaceholder(node), document.count(of: node) == 2,
            let number = document.placeholderNumber(of: node), attachments.indices.contains(number)
        else { return nil }
        return BinaryAttachment(attachments[number])
    }
}
