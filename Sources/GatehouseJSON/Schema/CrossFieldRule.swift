/// A rule over several fields of a payload, checked when every field by itself holds.
public struct CrossFieldRule<Value: Sendable>: Sendable {
    private let path: String?
    private let key: String
    private let predicate: String
    private let holds: @Sendable (Value) -> Bool

    /// A rule.
    /// - Parameters:
    ///   - key: the name that clients switch on; keep it for good.
    ///   - path: the field to blame; the whole payload if left out.
    ///   - predicate: what is appended to the path: `"must be after start"`.
    ///   - holds: whether a payload keeps the rule. Called on an event loop: no blocking, no waiting.
    public init(_ key: String, at path: String? = nil, _ predicate: String, _ holds: @escaping @Sendable (Value) -> Bool) {
        self.key = key
        self.path = path
        self.predicate = predicate
        self.holds = holds
    }

    /// The rule as contracts show it.
    var note: ConstraintNote { ConstraintNote(key, predicate, field: path) }

    func check(_ value: Value, _ reading: inout Reading) {
        if !holds(value) { reading.report(key, predicate, at: path.map { [.name($0)] } ?? []) }
    }
}
