/// Values of entries, read from the text that the tape was made of.
extension JSONNode {
    @inline(__always) func string(_ text: RawSpan) -> String {
        if hasEscapes {
            return unsafe String(unsafeUninitializedCapacity: range.count) { output in
                unsafe StringEscape.unescape(text, range, into: output)
            }
        }
        return String(copying: text.extracting(range))
    }

    @inline(__always) func int64(_ text: RawSpan) -> Int64? { isInteger ? Decimal.integer(text, range) : nil }

    @inline(__always) func uint64(_ text: RawSpan) -> UInt64? { isInteger ? Decimal.unsigned(text, range) : nil }

    func double(_ text: RawSpan) -> Double? { kind == .number ? Decimal.double(text, range) : nil }

    /// The nearest float, rounded once.
    func float(_ text: RawSpan) -> Float? {
        guard kind == .number, let value = Float(String(copying: text.extracting(range))), value.isFinite else { return nil }
        return value
    }
}
