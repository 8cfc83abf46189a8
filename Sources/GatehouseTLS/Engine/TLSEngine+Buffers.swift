package import NIOCore

extension TLSEngine {
    /// Room for decrypting the bytes received so far. It is bounded, since delivery goes piece by piece.
    var readCapacity: Int {
        let waiting = unreadCiphertextBytes &+ pendingPlaintextBytes
        return min(max(waiting, 256), 4 * TLSEngineLimits.recordBytes)
    }

    /// Makes room for the ciphertext of so much plaintext, in a buffer of the caller's making if none is in use.
    func reserveOutbound(forPlaintext byteCount: Int, makeBuffer: (Int) -> ByteBuffer) {
        let records = byteCount / TLSEngineLimits.recordBytes &+ 2
        let capacity = byteCount &+ records &* TLSEngineLimits.recordOverheadBytes
        if unsafe portPointer.pointee.outbound.readableBytes == 0 {
            unsafe portPointer.pointee.outbound = makeBuffer(capacity)
        } else {
            unsafe portPointer.pointee.outbound.reserveCapacity(minimumWritableBytes: capacity)
        }
    }

    /// Encrypts several pieces in as few records as can be had without cutting small ones in two: each record costs as much as copying
    /// several kilobytes.
    package func write(gathering buffers: [ByteBuffer], in scratch: inout ByteBuffer) throws(TLSError) {
        if buffers.count == 1, let only = buffers.first { return try write(only) }
        scratch.clear(minimumCapacity: TLSEngineLimits.recordBytes)
        for buffer in buffers {
            if scratch.readableBytes &+ buffer.readableBytes > TLSEngineLimits.recordBytes {
                try write(scratch)
                scratch.clear(minimumCapacity: TLSEngineLimits.recordBytes)
            }
            if buffer.readableBytes > TLSEngineLimits.recordBytes / 2 {
                try write(scratch)
                scratch.clear(minimumCapacity: TLSEngineLimits.recordBytes)
                try write(buffer)
            } else {
                scratch.writeImmutableBuffer(buffer)
            }
        }
        try write(scratch)
        scratch.clear()
    }
}
