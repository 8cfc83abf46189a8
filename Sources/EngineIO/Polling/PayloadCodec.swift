internal import GatehouseJSON
package import NIOCore

/// The payload of a POST: packets separated by 0x1E. Packets are cut off one at a time, never all at once (AC-19).
package struct PayloadCodec: Sendable {
    package enum Packet: Sendable, Equatable {
        case message(ByteBuffer)
        case binary(ByteBuffer)
        case pong
        case close
        /// Harmless.
        case ignored
    }

    package struct Fault: Error, Hashable, Sendable {
        package let message: String
    }

    private var rest: ByteBuffer
    private var isDone = false

    /// Bytes held for packets that have not been taken.
    package var heldBytes: Int { rest.capacity }

    /// - Parameters:
    ///   - body: the whole body, bounded by the caller.
    ///   - limit: packets it may hold.
    package init(_ body: ByteBuffer, limit: Int) throws(Fault) {
        let separators = body.readableBytesView.reduce(into: 0) { count, byte in
            if byte == PollQueue.separator { count &+= 1 }
        }
        guard separators < limit else { throw Fault(message: "too many packets in a payload") }
        var validator = UTF8Validator()
        let valid = unsafe body.withUnsafeReadableBytes { unsafe validator.consume($0) }
        guard valid, validator.isComplete else { throw Fault(message: "payload is not UTF-8") }
        rest = body
    }

    /// The next packet, nil after the last.
    package mutating func next() throws(Fault) -> Packet? {
        guard !isDone else { return nil }
        let view = rest.readableBytesView
        let end = view.firstIndex(of: PollQueue.separator)
        let length = (end ?? view.endIndex) &- view.startIndex
        guard var packet = rest.readSlice(length: length) else { return nil }
        if end == nil { isDone = true } else { rest.moveReaderIndex(forwardBy: 1) }
        switch packet.readInteger(as: UInt8.self) {
        case UInt8(ascii: "4"):
            return .message(packet)
        case UInt8(ascii: "b"):
            guard let bytes = Base64.padded.decode(packet) else { throw Fault(message: "bad base64") }
            return .binary(bytes)
        case UInt8(ascii: "1") where packet.readableBytes == 0:
            return .close
        case UInt8(ascii: "3") where packet.readableBytes == 0:
            return .pong
        case UInt8(ascii: "6"):
            return .ignored
        default:
            throw Fault(message: "unknown packet type")
        }
    }
}
