extension RawSpan {
    /// The byte at an offset that the caller has compared with `byteCount`.
    @inline(__always) func byte(_ offset: Int) -> UInt8 {
        assert(offset >= 0 && offset < byteCount)
        return unsafe unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self)
    }

    /// Eight bytes, the first in the lowest place; the caller has compared `offset + 8` with `byteCount`.
    @inline(__always) func word(_ offset: Int) -> UInt64 {
        assert(offset >= 0 && offset + 8 <= byteCount)
        return unsafe UInt64(littleEndian: unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self))
    }

    /// Whether the bytes of a range, which lies within the span, are the same as those of another.
    @inline(__always) func isSame(_ left: Range<Int>, _ right: Range<Int>) -> Bool {
        guard left.count == right.count else { return false }
        var l = left.lowerBound
        var r = right.lowerBound
        while l < left.upperBound {
            guard byte(l) == byte(r) else { return false }
            l &+= 1
            r &+= 1
        }
        return true
    }
}
