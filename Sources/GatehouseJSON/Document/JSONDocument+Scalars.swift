import NIOCore

extension JSONDocument {
    /// Runs with the text of a string, unescaped. Without escapes (the usual case) these are the received bytes, and nothing is allocated.
    /// - Returns: nil if the value is not a string.
    @inline(__always)
    package func withStringBytes<Result, Failure: Error>(
        of node: Int, _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result? {
        guard let value = self[node], value.kind == .string else { return nil }
        if value.hasEscapes {
            let text = bytes.readableBytesSpan.unescaped(value.range)
            return try body(text.span)
        }
        return try body(bytes.readableBytesUInt8Span.extracting(value.range))
    }

    /// As ``withStringBytes(of:_:)``, and for a number with its text as it was written.
    @inline(__always)
    package func withTextBytes<Result, Failure: Error>(
        of node: Int, _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result? {
        guard let value = self[node], value.kind == .number else { return try withStringBytes(of: node, body) }
        return try body(bytes.readableBytesUInt8Span.extracting(value.range))
    }

    /// The text of a string.
    package func string(of node: Int) -> String? {
        guard let value = self[node], value.kind == .string else { return nil }
        return text(value)
    }

    @inline(__always) func text(_ value: JSONNode) -> String { value.string(bytes.readableBytesSpan) }

    /// Whether a value is a string with these bytes, compared after unescaping and with no Unicode equivalence.
    package func isString(_ node: Int, equalTo text: StaticString) -> Bool {
        guard let value = self[node], value.kind == .string else { return false }
        let length = text.utf8CodeUnitCount
        if !value.hasEscapes {
            return value.range.count == length && bytes.readableBytesSpan.holds(text, at: value.range.lowerBound)
        }
        let unescaped = bytes.readableBytesSpan.unescaped(value.range)
        return unsafe unescaped.count == length && unescaped.span.bytes.holds(text, at: 0)
    }

    /// Whether a value is a string with these bytes, compared after unescaping and with no Unicode equivalence.
    package func isString(_ node: Int, equalTo text: String) -> Bool {
        withStringBytes(of: node) { $0.isSame(text.utf8) } ?? false
    }

    /// An integer: no fraction, no exponent, not `-0`, within the range of `Int64` (VAL-05).
    package func int64(of node: Int) -> Int64? { self[node]?.int64(bytes.readableBytesSpan) }

    /// An integer from 0 on, within the range of `UInt64`.
    package func uint64(of node: Int) -> UInt64? { self[node]?.uint64(bytes.readableBytesSpan) }

    /// The nearest double of any number, or nil where that is infinite (VAL-06).
    package func double(of node: Int) -> Double? { self[node]?.double(bytes.readableBytesSpan) }

    /// A boolean.
    package func bool(of node: Int) -> Bool? {
        switch kind(of: node) {
        case .true: true
        case .false: false
        default: nil
        }
    }
}

extension Span<UInt8> {
    /// Byte for byte the same.
    func isSame(_ other: String.UTF8View) -> Bool {
        guard count == other.count else { return false }
        var i = 0
        for byte in other {
            guard self[i] == byte else { return false }
            i &+= 1
        }
        return true
    }
}
