/// What `_api.yaml` says: which back ends may call what (BCK-02). Without the file nobody may call anything.
///
/// A class, so that a bundle holds one reference and its patterns are made into tables once.
package final class ApiPolicy: Sendable {
    package static let fileName = "_api.yaml"
    /// Staff's own namespaces, which no rule opens: what staff see and do is not for programs to say.
    package static let closedNamespaces: Set<String> = ["/admin", RouteCatalogue.adminUI]
    /// Nobody may call anything.
    package static let none = ApiPolicy(isGiven: false, rules: [], idempotency: ApiIdempotency())

    /// Whether there is such a file.
    package let isGiven: Bool
    package let rules: [ApiRule]
    package let idempotency: ApiIdempotency
    let entries: [Entry]

    /// A rule with its patterns ready to be matched.
    struct Entry: Sendable {
        let rule: ApiRule
        let namespaces: [PatternTable]
        let rooms: [PatternTable]
        let events: [PatternTable]

        init(_ rule: ApiRule) {
            self.rule = rule
            namespaces = rule.namespaces.map { PatternTable($0) }
            rooms = rule.rooms.map { PatternTable($0) }
            events = rule.events.map { PatternTable($0) }
        }
    }

    init(isGiven: Bool, rules: [ApiRule], idempotency: ApiIdempotency) {
        self.isGiven = isGiven
        self.rules = rules
        self.idempotency = idempotency
        entries = rules.map { Entry($0) }
    }
}
