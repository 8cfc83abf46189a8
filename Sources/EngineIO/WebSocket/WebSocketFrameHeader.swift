/// The head of one client frame (RFC 6455 section 5.2), checked against every rule that needs no context.
struct WebSocketFrameHeader: Equatable, Sendable {
    enum Opcode: UInt8, Sendable {
        case continuation = 0
        case text = 1
        case binary = 2
        case close = 8
        case ping = 9
        case pong = 10

        var isControl: Bool { rawValue >= 8 }
    }

    var opcode: Opcode
    var isFinal: Bool
    var length: UInt64
    /// The mask in memory order.
    var mask: UInt32
    /// Bytes the head takes on the wire.
    var size: Int

    /// Reads a head from the front of `bytes`, or returns nil when more bytes are needed. A fault is thrown as soon as it can be seen.
    @inline(__always)
    static func parse(_ bytes: UnsafeRawBufferPointer) throws(WebSocketFault) -> WebSocketFrameHeader? {
        guard let first = unsafe bytes.first else { return nil }
        guard first & 0x70 == 0 else { throw .reservedBits }
        guard let opcode = Opcode(rawValue: first & 0x0F) else { throw .unknownOpcode }
        let isFinal = first & 0x80 != 0
        guard !opcode.isControl || isFinal else { throw .badControl }
        guard bytes.count >= 2 else { return nil }
        let second = unsafe bytes[1]
        guard second & 0x80 != 0 else { throw .unmasked }
        let short = second & 0x7F
        guard !opcode.isControl || short <= 125 else { throw .badControl }
        let length: UInt64
        let maskOffset: Int
        switch short {
        case 126:
            guard bytes.count >= 4 else { return nil }
            length = UInt64(UInt16(bigEndian: unsafe bytes.loadUnaligned(fromByteOffset: 2, as: UInt16.self)))
            guard length > 125 else { throw .badLength }
            maskOffset = 4
        case 127:
            guard bytes.count >= 10 else { return nil }
            length = UInt64(bigEndian: unsafe bytes.loadUnaligned(fromByteOffset: 2, as: UInt64.self))
            guard length > 0xFFFF, length >> 63 == 0 else { throw .badLength }
            maskOffset = 10
        default:
            length = UInt64(short)
            maskOffset = 2
        }
        guard bytes.count >= maskOffset &+ 4 else {
            // The length alone may exceed the limit: the caller checks it once the mask has come, four bytes later.
            return nil
        }
        return WebSocketFrameHeader(
            opcode: opcode,
            isFinal: isFinal,
            length: length,
            mask: unsafe bytes.loadUnaligned(fromByteOffset: maskOffset, as: UInt32.self),
            size: maskOffset &+ 4
        )
    }
}
