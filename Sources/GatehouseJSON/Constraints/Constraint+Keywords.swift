import NIOCore

extension Constraint {
    /// The same constraint with the keywords of JSON Schema that say it.
    /// - Parameter exactly: whether they say all of it. If not, contracts name the constraint beside them.
    func said(by words: JSONObject?, exactly: Bool = true) -> Constraint {
        var copy = self
        copy.words = words
        copy.isSaidExactly = exactly
        return copy
    }

    /// The ways in which it is broken, for contracts that have no keyword for it.
    func notes(_ circumstance: String) -> [ConstraintNote] { faces.map { ConstraintNote($0.key, $0.predicate + circumstance) } }
}

extension Array {
    /// What contracts say of the constraints of a value. Those on items and keys are told where the items and keys are.
    func keywords<Value>() -> Keywords where Element == Constraint<Value> {
        var all = Keywords()
        // A keyword speaks of the value as it comes; a rule behind a step, of what the step makes of it.
        let hasSteps = contains { if case .step = $0.body { true } else { false } }
        for constraint in self {
            switch constraint.body {
            case .step, .items, .keys: continue
            case .bytes, .value, .item, .count: break
            }
            let isPlain = !hasSteps && constraint.condition == nil
            if isPlain, let words = constraint.words { all.add(words) }
            if isPlain, constraint.words != nil, constraint.isSaidExactly { continue }
            let circumstance =
                constraint.condition != nil
                ? " (under a condition on the fields beside it)" : hasSteps ? " (after white space was taken away or normalised)" : ""
            for note in constraint.notes(circumstance) { all.add(note) }
        }
        return all
    }
}

extension JSONValue {
    /// A value as it is written; nil for what cannot be written without attachments.
    init?(written value: some JSONEncodable) {
        var text = ByteBuffer()
        guard (try? value.encode(into: &text)) != nil, let value = try? JSONValue(parsing: text) else { return nil }
        self = value
    }

    /// A value of a type whose equality is that of its JSON; nil for any other.
    init?(comparable value: some Sendable) {
        switch value {
        case let value as String: self = .string(value)
        case let value as Bool: self = .bool(value)
        case let value as any FieldNumber:
            guard let number = Self.number(value) else { return nil }
            self = number
        case let value as any PayloadEnum: self = .string(value.rawValue)
        case let value as Int64Text: self = .string(value.description)
        default: return nil
        }
    }

    /// A number that a JSON number says without rounding; nil for any other.
    static func number(_ value: some FieldNumber) -> JSONValue? {
        switch value {
        case let value as UInt: return Int64(exactly: value).map(JSONValue.integer)
        case let value as ExactDecimal:
            if value.places == 0 { return Int64(exactly: value.coefficient).map(JSONValue.integer) }
            guard let double = Double(value.description), ExactDecimal("\(double)") == value else { return nil }
            return .number(double)
        case let value as Double where !value.isFinite: return nil
        case let value as Float where !value.isFinite: return nil
        default: return value.limit.doubleValue == nil ? nil : value.limit
        }
    }
}
