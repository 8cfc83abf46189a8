/// Unmasking of client frames (RFC 6455 section 5.3).
enum WebSocketMask {
    /// Writes `source XOR key` to `target`, 32 bytes at a time, and returns whether all of it was ASCII, which saves the UTF-8 check.
    /// - Parameter key: the four key bytes in memory order (the first one in the lowest address), already rotated to the phase of `source`.
    @inline(__always)
    static func unmask(_ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer, key: UInt32) -> Bool {
        let count = min(source.count, target.count)
        let wide = UInt64(key) | UInt64(key) << 32
        var index = 0
        var seen: UInt64 = 0
        if count >= 32 {
            let keys = SIMD4<UInt64>(repeating: wide)
            var union = SIMD4<UInt64>(repeating: 0)
            while count &- index >= 32 {
                let clear = unsafe source.loadUnaligned(fromByteOffset: index, as: SIMD4<UInt64>.self) ^ keys
                unsafe target.storeBytes(of: clear, toByteOffset: index, as: SIMD4<UInt64>.self)
                union |= clear
                index &+= 32
            }
            seen = union[0] | union[1] | union[2] | union[3]
        }
        while count &- index >= 8 {
            let clear = unsafe source.loadUnaligned(fromByteOffset: index, as: UInt64.self) ^ wide
            unsafe target.storeBytes(of: clear, toByteOffset: index, as: UInt64.self)
            seen |= clear
            index &+= 8
        }
        var shift: UInt32 = 0
        while index < count {
            let clear = unsafe source[index] ^ UInt8(truncatingIfNeeded: UInt32(littleEndian: key) &>> shift)
            unsafe target[index] = clear
            seen |= UInt64(clear)
            index &+= 1
            shift = (shift &+ 8) & 31
        }
        return seen & 0x8080_8080_8080_8080 == 0
    }

    /// The key for the bytes that follow `count` bytes already unmasked with `key`.
    static func advance(_ key: UInt32, by count: Int) -> UInt32 {
        let bits = UInt32(truncatingIfNeeded: count & 3) &* 8
        guard bits != 0 else { return key }
        let value = UInt32(littleEndian: key)
        return UInt32(littleEndian: value &>> bits | value &<< (32 &- bits))
    }
}
