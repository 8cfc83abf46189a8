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
        writeWebSocketFrame(opcode, expecting: payload.readableBytes) { $0.writeImmutableBuffer(payload) }
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
        setWebSocketHeader(opcode, length, at: start)
    }

    /// Overwrites as many bytes as the header of a frame with a payload of `length` bytes has.
    @inline(__always)
    mutating func setWebSocketHeader(_ opcode: WebSocketFrameHeader.Opcode, _ length: Int, at index: Int) {
        let size = ByteBuffer.webSocketHeaderSize(length)
        set(0x80 | opcode.rawValue, at: index)
        guard size > 2 else { return set(UInt8(truncatingIfNeeded: length), at: index &+ 1) }
        set(size == 4 ? 126 : 127, at: index &+ 1)
        for place in 2..<size { set(UInt8(truncatingIfNeeded: length &>> (8 &* (size &- 1 &- place))), at: index &+ place) }
    }
}
