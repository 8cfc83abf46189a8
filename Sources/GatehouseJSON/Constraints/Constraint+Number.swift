extension Constraint where Value: FieldNumber {
    /// At least a bound.
    public static func min(_ bound: Value) -> Constraint {
        check(Face("min", "must be at least \(bound.limit.serialized)", limit: bound.limit)) { $0 >= bound }
    }

    /// At most a bound.
    public static func max(_ bound: Value) -> Constraint {
        check(Face("max", "must be at most \(bound.limit.serialized)", limit: bound.limit)) { $0 <= bound }
    }

    /// Within two bounds.
    public static func range(_ bounds: ClosedRange<Value>) -> Constraint {
        let (low, high) = (bounds.lowerBound, bounds.upperBound)
        return Constraint(
            .value { $0 < low ? 0 : $0 > high ? 1 : nil },
            [
                Face("min", "must be at least \(low.limit.serialized)", limit: low.limit),
                Face("max", "must be at most \(high.limit.serialized)", limit: high.limit),
            ]
        )
    }

    /// Above zero.
    public static var positive: Constraint { check(Face("isPositive", "must be positive")) { $0 > .zero } }

    /// Below zero.
    public static var negative: Constraint { check(Face("isNegative", "must be negative")) { $0 < .zero } }

    /// A multiple of a factor.
    public static func multiple(of factor: Value) -> Constraint {
        let face = Face("isDivisibleBy", "must be a multiple of \(factor.limit.serialized)", limit: factor.limit)
        guard factor != .zero else { return Constraint(.value { _ in nil }, [face], problem: "nothing is a multiple of 0") }
        return check(face) { $0.isMultiple(ofFactor: factor) }
    }
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
