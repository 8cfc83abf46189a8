/// Checks UTF-8 as it streams, so that a bad byte ends a message before its last fragment has come. ASCII, the common case, is passed over
/// 32 bytes at a time.
package struct UTF8Validator: Sendable {
    /// Continuation bytes still due, and the range the next one must be in: the first continuation byte of some sequences is narrower than
    /// 80…BF (overlong forms, surrogates, beyond U+10FFFF).
    private var due: UInt8 = 0
    private var least: UInt8 = 0x80
    private var most: UInt8 = 0xBF

    package init() {}

    /// Whether everything seen so far ends at a character boundary.
    package var isComplete: Bool { due == 0 }

    /// Takes the next bytes. Returns false when they can no longer be part of UTF-8; the validator is of no use afterwards.
    package mutating func consume(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let count = bytes.count
        var index = 0
        while index < count {
            if due == 0 {
                index = unsafe Self.skipASCII(bytes, from: index)
                guard index < count else { return true }
            }
            let byte = unsafe bytes[index]
            index &+= 1
            guard due == 0 ? begin(byte) : proceed(byte) else { return false }
        }
        return true
    }

    @inline(__always)
    private mutating func proceed(_ byte: UInt8) -> Bool {
        guard byte >= least, byte <= most else { return false }
        due &-= 1
        least = 0x80
        most = 0xBF
        return true
    }

    @inline(__always)
    private mutating func begin(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x00...0x7F: break
        case 0xC2...0xDF: due = 1
        case 0xE0: (due, least) = (2, 0xA0)
        case 0xED: (due, most) = (2, 0x9F)
        case 0xE1...0xEF: due = 2
        case 0xF0: (due, least) = (3, 0x90)
        case 0xF4: (due, most) = (3, 0x8F)
        case 0xF1...0xF3: due = 3
        default: return false
        }
        return true
    }

    @inline(__always)
    private static func skipASCII(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
        var index = start
        let high = SIMD4<UInt64>(repeating: 0x8080_8080_8080_8080)
        while bytes.count &- index >= 32 {
            let block = unsafe bytes.loadUnaligned(fromByteOffset: index, as: SIMD4<UInt64>.self) & high
            guard (block[0] | block[1] | block[2] | block[3]) == 0 else { break }
            index &+= 32
        }
        while index < bytes.count, unsafe bytes[index] < 0x80 { index &+= 1 }
        return index
    }
}
