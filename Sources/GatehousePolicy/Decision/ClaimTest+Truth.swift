import GatehouseJSON

extension ClaimTest: CustomStringConvertible {
    /// All given comparisons at the pointer. A missing claim is false; a claim of another type than it is compared with is an error.
    func truth(of claims: JSONValue?) -> Truth {
        let value = claims?.value(at: pointer)
        if let exists, exists != (value != nil) { return .no }
        guard let value else { return exists == false ? .yes : .no }
        var result = Truth.yes
        if let equals { result = result.and(Self.equal(value, equals)) }
        if let among {
            let comparable = among.filter { Self.sameType(value, $0) }
            result = result.and(comparable.isEmpty ? .error : comparable.contains { Self.equal(value, $0) == .yes } ? .yes : .no)
        }
        if let atLeast { result = result.and(Self.ordered(atLeast, value)) }
        if let atMost { result = result.and(Self.ordered(value, atMost)) }
        return result
    }

    static func sameType(_ left: JSONValue, _ right: JSONValue) -> Bool {
        switch (left, right) {
        case (.string, .string), (.bool, .bool), (.integer, .integer), (.number, .number), (.integer, .number), (.number, .integer): true
        default: false
        }
    }

    private static func equal(_ left: JSONValue, _ right: JSONValue) -> Truth {
        guard sameType(left, right) else { return .error }
        if left == right { return .yes }
        // Equality of JSON text tells 1 from 1.0; of numbers it does not. Two integers have been compared exactly.
        switch (left, right) {
        case (.integer(let whole), .number(let real)), (.number(let real), .integer(let whole)):
            return Int64(exactly: real) == whole ? .yes : .no
        case (.number(let left), .number(let right)): return left == right ? .yes : .no
        default: return .no
        }
    }

    /// `left <= right`, exact for integers.
    private static func ordered(_ left: JSONValue, _ right: JSONValue) -> Truth {
        if case .integer(let left) = left, case .integer(let right) = right { return left <= right ? .yes : .no }
        guard let left = left.doubleValue, let right = right.doubleValue else { return .error }
        return left <= right ? .yes : .no
    }

    package var description: String {
        let parts = [
            equals.map { "equals \($0.serialized)" }, among.map { "in [\($0.map(\.serialized).joined(separator: ", "))]" },
            exists.map { "exists \($0)" }, atLeast.map { "gte \($0.serialized)" }, atMost.map { "lte \($0.serialized)" },
        ]
        return "\(pointer) \(parts.compactMap { $0 }.joined(separator: ", "))"
    }
}
