/// A decimal number without binary rounding, for money: what a client writes as `19.90` is 19.90, and is written as `19.90` again.
///
/// Up to 38 digits and 38 places. Equal numbers are equal whatever their places: `1.5 == 1.50`.
public struct ExactDecimal: Sendable {
    /// The digits as one integer: 1990 for `19.90`.
    public let coefficient: Int128
    /// How many of the digits stand behind the point; 0 to 38.
    public let places: Int

    /// The most digits, and the most places.
    public static let maxDigits = 38

    /// A number; nil for more than 38 digits or places.
    public init?(coefficient: Int128, places: Int) {
        guard (0...Self.maxDigits).contains(places), coefficient.magnitude < Self.power(Self.maxDigits) else { return nil }
        self.coefficient = coefficient
        self.places = places
    }

    /// An integer.
    public init(_ value: Int64) {
        coefficient = Int128(value)
        places = 0
    }

    /// A number from text of JSON's grammar, such as `-0.25`; nil for other text and for more than 38 digits or places.
    public init?(_ text: String) {
        guard let value = unsafe Self.read(text.utf8Span.span.bytes) else { return nil }
        self = value
    }

    /// Reads a number of JSON's grammar: sign, digits, a point and digits, an exponent.
    static func read(_ text: RawSpan) -> ExactDecimal? {
        var i = 0
        let isNegative = text.byteCount > 0 && text.byte(0) == ASCII.minus
        if isNegative { i = 1 }
        let start = i
        var digits: UInt128 = 0
        var count = 0
        var places = 0
        var point: Int?
        while i < text.byteCount {
            let byte = text.byte(i)
            if ASCII.isDigit(byte) {
                guard count < maxDigits || (byte == ASCII.zero && digits == 0) else { return nil }
                digits = digits &* 10 &+ UInt128(byte &- ASCII.zero)
                if digits > 0 { count += 1 }
                if point != nil { places += 1 }
            } else if byte == ASCII.dot, point == nil, i > start {
                point = i
            } else {
                break
            }
            i += 1
        }
        // A digit on either side of the point, and no zero that leads others.
        guard i > start, point.map({ i > $0 + 1 }) ?? true else { return nil }
        if text.byte(start) == ASCII.zero, start + 1 < i, point != start + 1 { return nil }
        if i < text.byteCount {
            guard text.byte(i) | 0x20 == UInt8(ascii: "e"), let exponent = exponent(text, from: i + 1) else { return nil }
            places -= exponent
        }
        while places < 0 {
            guard count < maxDigits else { return nil }
            digits = digits &* 10
            if digits > 0 { count += 1 }
            places += 1
        }
        let magnitude = Int128(exactly: digits) ?? 0
        return ExactDecimal(coefficient: isNegative ? 0 - magnitude : magnitude, places: places)
    }

    private static func exponent(_ text: RawSpan, from start: Int) -> Int? {
        var i = start
        var sign = 1
        if i < text.byteCount, text.byte(i) == ASCII.minus || text.byte(i) == UInt8(ascii: "+") {
            sign = text.byte(i) == ASCII.minus ? -1 : 1
            i += 1
        }
        guard i < text.byteCount, text.byteCount - i <= 3, let value = Decimal.unsigned(text, i..<text.byteCount) else { return nil }
        return sign * Int(clamping: value)
    }

    static func power(_ exponent: Int) -> UInt128 {
        var power: UInt128 = 1
        for _ in 0..<exponent { power = power &* 10 }
        return power
    }

    private static func greatestDivisor(of first: UInt128, _ second: UInt128) -> UInt128 {
        var (first, second) = (first, second)
        while second != 0 { (first, second) = (second, first % second) }
        return first
    }

    /// The sum; nil where it has more than 38 digits.
    public func adding(_ other: ExactDecimal) -> ExactDecimal? {
        let places = max(places, other.places)
        guard let left = scaled(to: places), let right = other.scaled(to: places) else { return nil }
        let (sum, overflow) = left.addingReportingOverflow(right)
        return overflow ? nil : ExactDecimal(coefficient: sum, places: places)
    }

    /// The product; nil where it has more than 38 digits or places.
    public func multiplied(by other: ExactDecimal) -> ExactDecimal? {
        let (product, overflow) = coefficient.multipliedReportingOverflow(by: other.coefficient)
        return overflow ? nil : ExactDecimal(coefficient: product, places: places + other.places)
    }

    /// The digits with more places; nil where they do not fit.
    func scaled(to wanted: Int) -> Int128? {
        guard wanted >= places, wanted - places <= Self.maxDigits, let factor = Int128(exactly: Self.power(wanted - places)) else {
            return nil
        }
        let (product, overflow) = coefficient.multipliedReportingOverflow(by: factor)
        return overflow ? nil : product
    }

    /// The same number without zeros at its end.
    private var reduced: (Int128, Int) {
        var (digits, places) = (coefficient, places)
        while places > 0, digits % 10 == 0 {
            digits /= 10
            places -= 1
        }
        return (digits, places)
    }
}

extension ExactDecimal: Hashable, Comparable {
    /// The same number, whatever its places.
    public static func == (left: ExactDecimal, right: ExactDecimal) -> Bool { left.reduced == right.reduced }

    /// Equal numbers hash equally.
    public func hash(into hasher: inout Hasher) {
        let (digits, places) = reduced
        hasher.combine(digits)
        hasher.combine(places)
    }

    /// The lesser number.
    public static func < (left: ExactDecimal, right: ExactDecimal) -> Bool {
        let places = max(left.places, right.places)
        if let first = left.scaled(to: places), let second = right.scaled(to: places) { return first < second }
        // One of them is too large for the other's places: it is the farther from zero.
        if left.coefficient.signum() != right.coefficient.signum() { return left.coefficient < right.coefficient }
        let isLeftLarger = left.scaled(to: places) == nil
        return left.coefficient < 0 ? isLeftLarger : !isLeftLarger
    }
}

extension ExactDecimal: ExpressibleByIntegerLiteral {
    /// An integer.
    public init(integerLiteral value: Int64) { self.init(value) }
}

extension ExactDecimal: CustomStringConvertible {
    /// The number as it is written: `19.90`.
    public var description: String {
        guard places > 0 else { return String(coefficient) }
        var digits = String(coefficient.magnitude)
        if digits.count <= places { digits = String(repeating: "0", count: places + 1 - digits.count) + digits }
        let point = digits.index(digits.endIndex, offsetBy: -places)
        return (coefficient < 0 ? "-" : "") + digits[..<point] + "." + digits[point...]
    }
}

extension ExactDecimal: FieldNumber {
    /// Reads a number by its text, so that nothing is rounded.
    public static func reader(_ constraints: [Constraint<ExactDecimal>]) -> FieldReader<ExactDecimal> {
        let checks = Checks(constraints)
        return FieldReader(problems: constraints.problems()) { document, text, node, reading in
            guard let value = document[node], value.kind == .number, let number = read(text.extracting(value.range)) else {
                reading.report("isDecimal", "must be a number of at most \(maxDigits) digits")
                return nil
            }
            return checks.apply(to: number, document, &reading)
        }.shaped(.number(format: "decimal"), constraints)
    }

    /// Writes the digits as they are.
    public func encode(to writer: inout JSONWriter) { writer.number(digits: description) }

    /// The number as a limit of a violation; in text, so that it stays exact.
    public var limit: JSONValue {
        places == 0 ? Int64(exactly: coefficient).map(JSONValue.integer) ?? .string(description) : .string(description)
    }

    /// Whether the number is a multiple of another, exactly.
    public func isMultiple(ofFactor factor: ExactDecimal) -> Bool {
        guard factor.coefficient != 0 else { return false }
        if places >= factor.places {
            // A factor that does not fit with so many places is larger than any number.
            guard let divisor = factor.scaled(to: places) else { return coefficient == 0 }
            return coefficient.isMultiple(of: divisor)
        }
        // The number has fewer places: a power of ten comes to it, and takes away what the factor shares with it.
        let (digits, divisor) = (coefficient.magnitude, factor.coefficient.magnitude)
        return digits.isMultiple(of: divisor / Self.greatestDivisor(of: divisor, Self.power(factor.places - places)))
    }

    /// Zero.
    public static var zero: ExactDecimal { ExactDecimal(0) }
}
