/// One way in which a constraint is broken: what the violation says.
struct Face: Sendable {
    /// The wire name; see the frozen list in the tests.
    let key: String
    /// What is appended to the path.
    let predicate: String
    let limit: JSONValue?
    /// What `{limit}` in a message becomes.
    let limitText: String

    init(_ key: String, _ predicate: String, limit: JSONValue? = nil, limitText: String? = nil) {
        self.key = key
        self.predicate = predicate
        self.limit = limit
        self.limitText = limitText ?? limit.map { $0.stringValue ?? $0.serialized } ?? ""
    }
}
