/// What stands before the JSON of a packet: `<type>[<attachments>-][<namespace>,][<ack id>][JSON]`
/// (Socket.IO protocol 5, "Packet encoding").
///
/// Decoding makes no copy: namespace and payload are ranges of the bytes that were given.
package struct PacketHeader: Equatable, Sendable {
    package var type: PacketType
    /// How many binary messages follow. 0 for the types that carry none.
    package var attachments: Int
    /// The namespace as it was written, empty for `/`, which is not written.
    package var namespace: Range<Int>
    /// Digits only, below 2^53 (SIO-09).
    package var ackID: UInt64?
    /// The JSON, empty if there is none.
    package var payload: Range<Int>

    /// What a peer may make us count to. Both are bounds on work done before anything else about the packet is known (AC-02).
    package struct Limits: Sendable {
        package var attachments: Int
        package var namespaceBytes: Int

        package init(attachments: Int = 10, namespaceBytes: Int = 128) {
            self.attachments = attachments
            self.namespaceBytes = namespaceBytes
        }
    }

    /// - Throws: ``PacketError``; the connection is to be closed.
    package init(decoding bytes: Span<UInt8>, limits: Limits = Limits()) throws(PacketError) {
        guard bytes.count > 0 else { throw PacketError(.empty, "a packet has at least its type") }
        guard let type = PacketType(rawValue: bytes[0]) else {
            throw PacketError(.unknownType, "a packet starts with a digit from 0 to 6")
        }
        self.type = type
        var cursor = 1

        attachments = 0
        if type.isBinary {
            let (count, end) = try Self.digits(bytes, from: cursor, limit: 1_000_000, failing: .badAttachmentCount)
            guard let count, end < bytes.count, bytes[end] == UInt8(ascii: "-") else {
                throw PacketError(.badAttachmentCount, "a binary packet names its attachments as in 51-")
            }
            guard count <= UInt64(limits.attachments) else {
                throw PacketError(.tooManyAttachments, "at most \(limits.attachments) attachments are taken")
            }
            attachments = Int(truncatingIfNeeded: count)
            cursor = end + 1
        }

        namespace = cursor..<cursor
        if cursor < bytes.count, bytes[cursor] == UInt8(ascii: "/") {
            let start = cursor
            while cursor < bytes.count, bytes[cursor] != UInt8(ascii: ",") {
                cursor += 1
                guard cursor - start <= limits.namespaceBytes else {
                    throw PacketError(.badNamespace, "a namespace has at most \(limits.namespaceBytes) bytes")
                }
            }
            // "/" alone is the root, which is not written; it is taken all the same, as other servers do.
            namespace = cursor - start == 1 ? cursor..<cursor : start..<cursor
            if cursor < bytes.count { cursor += 1 }
        }

        let (id, end) = try Self.digits(bytes, from: cursor, limit: 1 << 53 - 1, failing: .badAckID)
        ackID = id
        payload = end..<bytes.count
    }

    /// Reads digits up to the first other byte. A number above `limit` is refused at the digit that makes it so, so the work is bounded
    /// by the number of digits of `limit` and not by what a peer sends.
    private static func digits(
        _ bytes: Span<UInt8>, from start: Int, limit: UInt64, failing code: PacketError.Code
    ) throws(PacketError) -> (UInt64?, Int) {
        var cursor = start
        var value: UInt64 = 0
        while cursor < bytes.count {
            let digit = bytes[cursor] &- UInt8(ascii: "0")
            guard digit <= 9 else { break }
            value = value &* 10 &+ UInt64(digit)
            guard value <= limit, cursor - start < 16 else { throw PacketError(code, "the number is too large") }
            cursor += 1
        }
        return (cursor == start ? nil : value, cursor)
    }
}
