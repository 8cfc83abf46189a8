extension Constraint where Value: FieldNumber {
    /// At least a bound.
    public static func min(_ bound: Value) -> Constraint {
        check(Face("min", "must be at least \(bound.shown)", limit: bound.limit)) { $0 >= bound }.said(
            by: words("minimum", bound))
    }

    /// At most a bound.
    public static func max(_ bound: Value) -> Constraint {
        check(Face("max", "must be at most \(bound.shown)", limit: bound.limit)) { $0 <= bound }.said(
            by: words("maximum", bound))
    }

    /// Within two bounds.
    public static func range(_ bounds: ClosedRange<Value>) -> Constraint {
        let (low, high) = (bounds.lowerBound, bounds.upperBound)
        return Constraint(
            .value { $0 < low ? 0 : $0 > high ? 1 : nil },
            [
                Face("min", "must be at least \(low.shown)", limit: low.limit),
                Face("max", "must be at most \(high.shown)", limit: high.limit),
            ]
        ).said(by: words("minimum", low, "maximum", high))
    }

    /// Above zero.
    public static var positive: Constraint {
        check(Face("isPositive", "must be positive")) { $0 > .zero }.said(by: ["exclusiveMinimum": 0])
    }

    /// Below zero.
    public static var negative: Constraint {
        check(Face("isNegative", "must be negative")) { $0 < .zero }.said(by: ["exclusiveMaximum": 0])
    }

    /// A multiple of a factor.
    public static func multiple(of factor: Value) -> Constraint {
        let face = Face("isDivisibleBy", "must be a multiple of \(factor.shown)", limit: factor.limit)
        guard factor != .zero else { return Constraint(.value { _ in nil }, [face], problem: "nothing is a multiple of 0") }
        return check(face) { $0.isMultiple(ofFactor: factor) }.said(by: factor > .zero ? words("multipleOf", factor) : nil)
    }

    /// A keyword with a number; nil for a number that JSON would round.
    private static func words(_ keyword: String, _ value: Value) -> JSONObject? { JSONValue.number(value).map { [keyword: $0] } }

    private static func words(_ keyword: String, _ value: Value, _ other: String, _ otherValue: Value) -> JSONObject? {
        guard let first = JSONValue.number(value), let second = JSONValue.number(otherValue) else { return nil }
        return [keyword: first, other: second]
    }
}

extension FieldNumber {
    /// The number as a message shows it: without quotes where its limit is text.
    fileprivate var shown: String { limit.stringValue ?? limit.serialized }
}

extension Constraint where Value == Double {
    /// At most so many decimals in the shortest form of the number.
    public static func decimals(max: Int) -> Constraint {
        let face = Face("isNumber", "must have at most \(max) decimals", limit: .integer(Int64(clamping: max)))
        return check(face, problem: max < 0 ? "the number of decimals is negative" : nil) { decimals(of: $0) <= max }
    }

    private static func decimals(of value: Double) -> Int {
        let text = value.description.utf8
        let mantissa = text.prefix { $0 | 0x20 != UInt8(ascii: "e") }
        let exponent = Int(String(Substring(text.dropFirst(mantissa.count + 1)))) ?? 0
        var fraction = Array(mantissa.drop { $0 != ASCII.dot }.dropFirst())
        while fraction.last == ASCII.zero { fraction.removeLast() }
        return Swift.max(0, fraction.count - exponent)
    }
}
