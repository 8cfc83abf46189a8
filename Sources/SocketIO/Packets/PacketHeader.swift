/// What stands before the JSON of a packet: `<type>[<attachments>-][<namespace>,][<ack id>][JSON]`
/// (Socket.IO protocol 5, "Packet encoding").
///
/// Decoding makes no copy: namespace and payload are ranges of the bytes that were given.
package struct PacketHeader: Equatable, Sendable {
    package var type: PacketType
    /// How many binary messages follow. 0 for the types that carry none.
    package var attachments: Int
    /// Why the packet is refused once it is complete: what follows it can be found all the same.
    package var fault: EventFault?
    /// The namespace as it was written, empty for `/`, which is not written.
    package var namespace: Range<Int>
    /// Digits only, below 2^53 (SIO-09). `nil` also where ``fault`` says that it was no such number.
    package var ackID: UInt64?
    /// The JSON, empty if there is none.
    package var payload: Range<Int>

    /// Whether an ack id was written, one that is too large included.
    var hasAckID: Bool { ackID != nil || fault == .ackID }

    /// Whether it has neither a payload nor an ack id.
    var hasNothing: Bool { payload.isEmpty && !hasAckID }

    /// Bounds on what a header may announce. They hold before anything else about the packet is known (AC-02).
    package struct Limits: Sendable {
        /// A packet with more is refused, and its attachments are taken and dropped.
        package var attachments: Int
        /// A packet that announces more than these is not followed any further.
        package var droppedAttachments: Int
        /// The longest namespace name that is read. It exceeds every real name, so that the client gets CONNECT_ERROR.
        package var namespaceBytes: Int

        package init(attachments: Int = 10, droppedAttachments: Int = 1_024, namespaceBytes: Int = 2_048) {
            self.attachments = attachments
            self.droppedAttachments = droppedAttachments
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
            let (number, end) = Self.digits(bytes, from: cursor, limit: 1_000_000)
            guard case .value(let count) = number, end < bytes.count, bytes[end] == UInt8(ascii: "-") else {
                throw PacketError(.badAttachmentCount, "a binary packet names its attachments as in 51-")
            }
            guard count <= UInt64(max(limits.attachments, limits.droppedAttachments)) else {
                throw PacketError(.tooManyAttachments, "at most \(limits.attachments) attachments are taken")
            }
            if count > UInt64(limits.attachments) { fault = .attachments(limit: limits.attachments) }
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

        let (id, end) = Self.digits(bytes, from: cursor, limit: 1 << 53 - 1)
        switch id {
        case .none: ackID = nil
        case .value(let value): ackID = value
        case .tooLarge:
            ackID = nil
            fault = fault ?? .ackID
        }
        payload = end..<bytes.count
    }

    private enum Digits {
        case none
        case value(UInt64)
        case tooLarge
    }

    /// Reads digits up to the first other byte, and says where that is. A number above `limit` is not computed any further.
    private static func digits(_ bytes: Span<UInt8>, from start: Int, limit: UInt64) -> (Digits, Int) {
        var cursor = start
        var value: UInt64 = 0
        var isTooLarge = false
        while cursor < bytes.count {
            let digit = bytes[cursor] &- UInt8(ascii: "0")
            guard digit <= 9 else { break }
            if !isTooLarge {
                value = value &* 10 &+ UInt64(digit)
                isTooLarge = value > limit || cursor - start >= 16
            }
            cursor += 1
        }
        return (cursor == start ? .none : isTooLarge ? .tooLarge : .value(value), cursor)
    }
}
