/// The bounds of an array or a map, checked before anything of it is read.
struct CountChecks: Sendable {
    struct Check: Sendable {
        let bounds: ClosedRange<Int>
        let faces: [Face]
        let override: String?
        let condition: (@Sendable (Siblings) -> Bool)?
    }

    private let checks: [Check]
    /// The most items that every bound admits which always holds.
    let upperBound: Int?

    init<Value>(_ constraints: [Constraint<Value>]) {
        checks = constraints.compactMap { constraint in
            guard case .count(let bounds) = constraint.body else { return nil }
            return Check(bounds: bounds, faces: constraint.faces, override: constraint.override, condition: constraint.condition)
        }
        upperBound = checks.filter { $0.condition == nil }.map(\.bounds.upperBound).filter { $0 != .max }.min()
    }

    func hold(_ count: Int, _ document: JSONDocument, _ reading: inout Reading) -> Bool {
        var holds = true
        for check in checks where !check.bounds.contains(count) {
            if let condition = check.condition, !condition(Siblings(document: document, object: reading.object)) { continue }
            reading.report(check.faces[count < check.bounds.lowerBound ? 0 : 1], override: check.override)
            holds = false
        }
        return holds
    }
}
