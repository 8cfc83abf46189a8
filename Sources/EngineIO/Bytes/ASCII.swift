/// ASCII comparison without allocation and without Unicode case folding: header names and tokens are ASCII by grammar, and folding beyond
/// ASCII would let look-alikes match.
enum ASCII {
    @inline(__always)
    static func lowercased(_ byte: UInt8) -> UInt8 {
        byte &- 0x41 < 26 ? byte | 0x20 : byte
    }

    static func equalIgnoringCase(_ left: some Sequence<UInt8>, _ right: some Sequence<UInt8>) -> Bool {
        var other = right.makeIterator()
        for byte in left {
            guard let next = other.next(), lowercased(byte) == lowercased(next) else { return false }
        }
        return other.next() == nil
    }
}
