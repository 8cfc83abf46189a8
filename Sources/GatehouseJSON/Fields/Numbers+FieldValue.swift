/// A number that a field may have.
public protocol FieldNumber: FieldValue, Comparable where Checked == Self {
    /// The number as a limit of a violation.
    var limit: JSONValue { get }
    /// Whether the number is a multiple of another, which is not zero.
    func isMultiple(ofFactor factor: Self) -> Bool
    /// Zero.
    static var zero: Self { get }
}

@inline(__always)
private func integerReader<Value: FieldNumber>(
    _ constraints: [Constraint<Value>], _ get: @escaping @Sendable (JSONNode, RawSpan) -> Value?
) -> FieldReader<Value> {
    let checks = Checks(constraints)
    return FieldReader(problems: constraints.problems()) { document, text, node, reading in
        guard let value = document[node].flatMap({ get($0, text) }) else {
            reading.report("isInt", "must be an integer")
            return nil
        }
        return checks.apply(to: value, document, &reading)
    }.shaped(.integer(format: Value.self == UInt.self ? "uint64" : "int64"), constraints)
}

@inline(__always)
private func decimalReader<Value: FieldNumber>(
    _ constraints: [Constraint<Value>], _ get: @escaping @Sendable (JSONNode, RawSpan) -> Value?
) -> FieldReader<Value> {
    let checks = Checks(constraints)
    return FieldReader(problems: constraints.problems()) { document, text, node, reading in
        guard let value = document[node].flatMap({ get($0, text) }) else {
            reading.report("isNumber", "must be a number")
            return nil
        }
        return checks.apply(to: value, document, &reading)
    }.shaped(.number(format: Value.self == Float.self ? "float" : "double"), constraints)
}

extension Int: FieldNumber {
    /// Reads an integer: no fraction, no exponent, not `-0` (VAL-05).
    public static func reader(_ constraints: [Constraint<Int>]) -> FieldReader<Int> {
        integerReader(constraints) { node, text in node.int64(text).flatMap { Int(exactly: $0) } }
    }
    /// The number as a limit of a violation.
    public var limit: JSONValue { .integer(Int64(clamping: self)) }
    /// Whether the number is a multiple of another.
    public func isMultiple(ofFactor factor: Int) -> Bool { isMultiple(of: factor) }
}

extension Int64: FieldNumber {
    /// Reads an integer: no fraction, no exponent, not `-0` (VAL-05).
    public static func reader(_ constraints: [Constraint<Int64>]) -> FieldReader<Int64> {
        integerReader(constraints) { $0.int64($1) }
    }
    /// The number as a limit of a violation.
    public var limit: JSONValue { .integer(self) }
    /// Whether the number is a multiple of another.
    public func isMultiple(ofFactor factor: Int64) -> Bool { isMultiple(of: factor) }
}

extension UInt: FieldNumber {
    /// Reads an integer from 0 on: no fraction, no exponent, not `-0` (VAL-05).
    public static func reader(_ constraints: [Constraint<UInt>]) -> FieldReader<UInt> {
        integerReader(constraints) { node, text in node.uint64(text).flatMap { UInt(exactly: $0) } }
    }
    /// The number as a limit of a violation.
    public var limit: JSONValue { Int64(exactly: self).map(JSONValue.integer) ?? .number(Double(self)) }
    /// Whether the number is a multiple of another.
    public func isMultiple(ofFactor factor: UInt) -> Bool { isMultiple(of: factor) }
}

extension Double: FieldNumber {
    /// Reads any number; the nearest double, refused where that is infinite (VAL-06).
    public static func reader(_ constraints: [Constraint<Double>]) -> FieldReader<Double> {
        decimalReader(constraints) { $0.double($1) }
    }
    /// The number as a limit of a violation.
    public var limit: JSONValue { Int64(exactly: self).map(JSONValue.integer) ?? .number(self) }
    /// Whether the number divided by another is within rounding of an integer.
    public func isMultiple(ofFactor factor: Double) -> Bool {
        let quotient = self / factor
        return quotient.isFinite && (quotient - quotient.rounded()).magnitude <= 1e-9 * max(1, quotient.magnitude)
    }
}

extension Float: FieldNumber {
    /// Reads any number; the nearest float, refused where that is infinite (VAL-06).
    public static func reader(_ constraints: [Constraint<Float>]) -> FieldReader<Float> {
        decimalReader(constraints) { $0.float($1) }
    }
    /// The number as a limit of a violation.
    public var limit: JSONValue { Int64(exactly: self).map(JSONValue.integer) ?? .number(Double(self)) }
    /// Whether the number divided by another is within rounding of an integer.
    public func isMultiple(ofFactor factor: Float) -> Bool { Double(self).isMultiple(ofFactor: Double(factor)) }
}
