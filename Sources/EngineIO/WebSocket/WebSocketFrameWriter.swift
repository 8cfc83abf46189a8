import NIOCore

/// Server frames: never masked, never fragmented, length in its shortest form.
extension ByteBuffer {
    /// Bytes in front of a payload of `length` bytes.
    static func webSocketHeaderSize(_ length: Int) -> Int {
        length <= 125 ? 2 : length <= 0xFFFF ? 4 : 10
    }

    /// Appends one whole frame whose payload `body` appends. The header is put in place afterwards; a payload that outgrew the guess is
    /// moved.
    @inline(__always)
    mutating func writeWebSocketFrame(
        _ opcode: WebSocketFrameHeader.Opcode,
        expecting guess: Int = 0,
        _ body: (inout ByteBuffer) -> Void
    ) {
        let start = writerIndex
        let reserved = Self.webSocketHeaderSize(guess)
        writeRepeatingByte(0, count: reserved)
        body(&self)
        let length = max(0, writerIndex &- start &- reserved)
        let size = Self.webSocketHeaderSize(length)
        if size != reserved {
            if size > reserved { writeRepeatingByte(0, count: size &- reserved) }
            if length > 0 { copyWithin(from: start &+ reserved, to: start &+ size, count: length) }
            moveWriterIndex(to: start &+ size &+ length)
        }
        setWebSocketHeader(opcode, length, at: start)
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

    /// Moves bytes that may overlap their new place.
    private mutating func copyWithin(from source: Int, to target: Int, count: Int) {
        unsafe withVeryUnsafeMutableBytes { bytes in
            guard source >= 0, target >= 0, count <= bytes.count &- max(source, target), let base = bytes.baseAddress else { return }
            unsafe (base + target).copyMemory(from: UnsafeRawPointer(base + source), byteCount: count)
        }
    }
}
