internal import GatehouseJSON
import NIOCore

/// Server frames: never masked, never fragmented, length in its shortest form.
extension ByteBuffer {
    /// Bytes in front of a payload of `length` bytes.
    static func webSocketHeaderSize(_ length: Int) -> Int {
        length <= 125 ? 2 : length <= 0xFFFF ? 4 : 10
    }

    /// Appends one whole frame whose payload `body` appends.
    @inline(__always)
    mutating func writeWebSocketFrame(
        _ opcode: WebSocketFrameHeader.Opcode, expecting guess: Int = 0, _ body: (inout BufferWriter) -> Void
    ) {
        var writer = BufferWriter(&self, expecting: max(guess, 246) &+ 10)
        writer.writeWebSocketFrame(opcode, expecting: guess, body)
        writer.close(&self)
    }

    /// Appends one whole frame around bytes that exist already.
    mutating func writeWebSocketFrame(_ opcode: WebSocketFrameHeader.Opcode, payload: ByteBuffer) {
        let length = payload.readableBytes
        let start = writerIndex
        let size = Self.webSocketHeaderSize(length)
        reserveCapacity(minimumWritableBytes: size &+ length)
        writeRepeatingByte(0, count: size)
        setWebSocketHeader(opcode, length, at: start)
        writeImmutableBuffer(payload)
    }

    @inline(__always)
    mutating func setWebSocketHeader(_ opcode: WebSocketFrameHeader.Opcode, _ length: Int, at index: Int) {
        let first = UInt16(0x80 | opcode.rawValue) << 8
        switch length {
        case ...125:
            setInteger(first | UInt16(truncatingIfNeeded: length), at: index)
        case ...0xFFFF:
            setInteger(UInt32(first | 126) << 16 | UInt32(truncatingIfNeeded: length), at: index)
        default:
            setInteger(first | 127, at: index)
            setInteger(UInt64(truncatingIfNeeded: length), at: index &+ 2)
        }
    }
}

extension BufferWriter {
    /// Appends one whole frame whose payload `body` appends. The header is put in place afterwards; a payload that outgrew the guess is moved.
    @inline(__always)
    mutating func writeWebSocketFrame(
        _ opcode: WebSocketFrameHeader.Opcode, expecting guess: Int, _ body: (inout BufferWriter) -> Void
    ) {
        let start = count
        let reserved = ByteBuffer.webSocketHeaderSize(guess)
        for _ in 0..<reserved { writeInteger(0) }
        body(&self)
        let length = max(0, count &- start &- reserved)
        let size = ByteBuffer.webSocketHeaderSize(length)
        if size > reserved { insert(size &- reserved, at: start) }
        if size < reserved { remove(reserved &- size, at: start) }
        set(0x80 | opcode.rawValue, at: start)
        switch size {
        case 2: set(UInt8(truncatingIfNeeded: length), at: start &+ 1)
        default:
            set(size == 4 ? 126 : 127, at: start &+ 1)
            for index in 2..<size { set(UInt8(truncatingIfNeeded: length &>> (8 &* (size &- 1 &- index))), at: start &+ index) }
        }
    }
}
