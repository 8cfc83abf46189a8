extension Constraint where Value: Equatable {
    /// One of some values.
    public static func oneOf(_ values: Value...) -> Constraint {
        let problem = values.isEmpty ? "no value would be allowed" : nil
        return check(Face("isIn", "must be one of: \(list(values))"), problem: problem) { values.contains($0) }
            .said(by: enumeration(values).map { ["enum": .array($0)] })
    }

    /// None of some values.
    public static func noneOf(_ values: Value...) -> Constraint {
        check(Face("isNotIn", "must not be one of: \(list(values))")) { !values.contains($0) }
            .said(by: enumeration(values).map { ["not": ["enum": .array($0)]] })
    }

    /// One value only.
    public static func equals(_ value: Value) -> Constraint {
        check(Face("equals", "must be \(list([value]))")) { $0 == value }.said(by: JSONValue(comparable: value).map { ["const": $0] })
    }

    /// Any other value.
    public static func notEquals(_ value: Value) -> Constraint {
        check(Face("notEquals", "must not be \(list([value]))")) { $0 != value }
            .said(by: JSONValue(comparable: value).map { ["not": ["const": $0]] })
    }

    private static func enumeration(_ values: [Value]) -> [JSONValue]? {
        let all = values.compactMap { JSONValue(comparable: $0) }
        return all.count == values.count ? all : nil
    }

    private static func list(_ values: [Value]) -> String {
        values.map { value in
            if let text = value as? any RawRepresentable<String> { return text.rawValue }
            return String(describing: value)
        }.joined(separator: ", ")
    }
}

extension Constraint where Value == String {
    /// One of some texts, byte by byte: another spelling of the same characters is another text.
    public static func oneOf(_ values: String...) -> Constraint {
        let problem = values.isEmpty ? "no value would be allowed" : nil
        return check(Face("isIn", "must be one of: \(list(values))"), problem: problem) { value in
            values.contains { $0.hasSameBytes(as: value) }
        }.said(by: ["enum": .array(values.map { .string($0) })])
    }

    /// One text only, byte by byte.
    public static func equals(_ value: String) -> Constraint {
        check(Face("equals", "must be \(list([value]))")) { $0.hasSameBytes(as: value) }
            .said(by: ["const": .string(value)])
    }
}

extension Constraint where Value == Instant {
    /// Not before a moment.
    public static func after(_ moment: Instant) -> Constraint {
        check(Face("minDate", "must not be before \(moment)", limit: .string(moment.description))) { $0 >= moment }
    }

    /// Not after a moment.
    public static func before(_ moment: Instant) -> Constraint {
        check(Face("maxDate", "must not be after \(moment)", limit: .string(moment.description))) { $0 <= moment }
    }
}
