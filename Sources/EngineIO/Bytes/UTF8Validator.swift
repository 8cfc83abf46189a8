/// Checks UTF-8 as it streams, so that a bad byte ends a message before its last fragment has come. ASCII, the common case, is passed over
/// 32 bytes at a time, letters of two bytes eight at a time, of three bytes two at a time; what is left, and what is cut, byte by byte.
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
                index = unsafe Self.skipWhole(bytes, from: Self.skipASCII(bytes, from: index))
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

    /// Passes over whole characters while there are 16 bytes to look at. Stops at what it does not know, which the caller judges.
    private static func skipWhole(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
        var index = start
        while bytes.count &- index >= 16 {
            let word = unsafe UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
            if word & 0x8080_8080_8080_8080 == 0 {
                index = unsafe skipASCII(bytes, from: index &+ 8)
                continue
            }
            let next = unsafe UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index &+ 8, as: UInt64.self))
            if pairFaults(word) | pairFaults(next) == 0 {
                index &+= 16
            } else if word & 0xC0C0_F0C0_C0F0 == 0x8080_E080_80E0, isThreeBytes(word), isThreeBytes(word &>> 24) {
                index &+= 6
            } else {
                let length = characterLength(word)
                guard length > 0 else { return index }
                index &+= length
            }
        }
        return index
    }

    /// Zero if eight bytes are four characters of two bytes each, from C2 80 on.
    @inline(__always)
    private static func pairFaults(_ word: UInt64) -> UInt64 {
        let shape = (word & 0xC0E0_C0E0_C0E0_C0E0) ^ 0x80C0_80C0_80C0_80C0
        // Adding 1E carries into bit 5 wherever one of the bits 1E is set, which in C0 and C1 none is.
        let leads = (((word & 0x001E_001E_001E_001E) &+ 0x001E_001E_001E_001E) & 0x0020_0020_0020_0020) ^ 0x0020_0020_0020_0020
        return shape | leads
    }

    /// Whether three bytes of the right shape are neither an overlong form nor a surrogate.
    @inline(__always)
    private static func isThreeBytes(_ word: UInt64) -> Bool { word & 0x200F != 0 && word & 0x200F != 0x200D }

    /// The bytes of the character that a word begins with; 0 where it begins with none.
    @inline(__always)
    private static func characterLength(_ word: UInt64) -> Int {
        if word & 0x80 == 0 { return 1 }
        if word & 0xC0E0 == 0x80C0 { return word & 0x1E != 0 ? 2 : 0 }
        if word & 0xC0_C0F0 == 0x80_80E0 { return isThreeBytes(word) ? 3 : 0 }
        guard word & 0xC0C0_C0F8 == 0x8080_80F0 else { return 0 }
        // Not below U+10000, and not above U+10FFFF.
        return word & 0x3007 != 0 && (word & 0x07 < 4 || word & 0x3007 == 4) ? 4 : 0
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
