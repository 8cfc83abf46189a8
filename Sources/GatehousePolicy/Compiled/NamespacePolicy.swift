import GatehouseJSON

/// The rules of one namespace, compiled. Immutable, so any thread may ask it; it belongs to one generation of one bundle.
package final class NamespacePolicy: Sendable {
    /// The namespace, such as `/chat`.
    package let name: String
    package let settings: NamespaceSettings
    package let revision: Int64
    /// The file that it was read from.
    package let file: String
    package let generation: UInt64
    /// The rooms of `presence`.
    package let presenceRooms: NameMatcher

    /// The rules of the whole bundle, by `RuleIndex`.
    let rules: [PolicyRule]
    /// The rate of each of them, in an array of its own: one is asked for with every message, and a rule is large.
    private let rates: [EventRate?]
    let tables: RuleTables
    let patterns: PatternTable
    let events: EventTable
    /// The different conditions of all rules; `RuleTable.Entry` refers to them by index.
    let conditions: [Condition]
    /// The wildcard event patterns: bit `n` of `EventID.wildcards` stands for the n-th.
    let wildcards: [Int32]
    /// Where the payload names the room: by event index, and by wildcard for names outside of the table.
    let roomLocations: [RoomLocation?]
    let wildcardRoomLocations: [RoomLocation?]

    init(_ compiler: NamespaceCompiler, settings: NamespaceSettings, revision: Int64, file: String, generation: UInt64) {
        name = compiler.namespace
        self.settings = settings
        presenceRooms = NameMatcher(settings.presence?.rooms ?? [])
        self.revision = revision
        self.file = file
        self.generation = generation
        rules = compiler.rules
        rates = compiler.rules.map(\.rate)
        tables = compiler.tables
        patterns = PatternTable(compiler.patterns)
        events = compiler.events
        conditions = compiler.conditions
        wildcards = compiler.wildcards
        roomLocations = compiler.roomLocations
        wildcardRoomLocations = compiler.wildcardRoomLocations
    }

    /// Looks up an event's name. Once a message; allocates nothing.
    package func event(_ name: Span<UInt8>) -> EventID {
        if let index = events.index(of: name) { return EventID(index: index, wildcards: 0) }
        guard !wildcards.isEmpty, CanonicalText.isName(name, limit: 128) else { return .unknown }
        var matched: UInt64 = 0
        for at in wildcards.indices where patterns.matches(wildcards[at], name, .none) { matched |= 1 << UInt64(at) }
        return EventID(index: -1, wildcards: matched)
    }

    /// Looks up an event's name.
    package func event(_ name: String) -> EventID { event(name.utf8Span.span) }

    /// Where an event names its room (`room_at`). All send rules of an event agree on it; nil if none has one.
    package func roomLocation(for event: EventID) -> RoomLocation? {
        if event.index >= 0 {
            let at = Int(event.index)
            return at < roomLocations.count ? roomLocations[at] : nil
        }
        var left = event.wildcards
        while left != 0 {
            let at = left.trailingZeroBitCount
            if at < wildcardRoomLocations.count, let location = wildcardRoomLocations[at] { return location }
            left &= left &- 1
        }
        return nil
    }

    /// Whether an allow rule speaks of an event, for whomever. Goes through all rules.
    package func allowsSomebodyToReceive(_ event: String) -> Bool {
        rules.contains { rule in
            rule.namespace == name && rule.section == .receive && rule.effect == .allow && rule.events.contains { $0.matches(event: event) }
        }
    }

    /// The approval an event needs before it takes effect (`send.approvals`), if any.
    package func approval(forEvent name: String) -> ApprovalRule? {
        guard !settings.approvals.isEmpty else { return nil }
        return settings.approvals.first { approval in approval.events.contains { $0.matches(event: name) } }
    }

    /// The rule that a decision names. Nil only for an index of another bundle.
    package func rule(_ index: RuleIndex) -> PolicyRule? {
        let at = Int(index.value)
        return rules.indices.contains(at) ? rules[at] : nil
    }

    /// The id that audit records carry: that of the rule, of `builtin.system`, or `builtin.default` where no rule determined it.
    package func ruleID(_ decision: Decision) -> String {
        if let rule = decision.rule.flatMap({ rule($0) }) { return rule.id }
        return decision.reason == .builtin ? "builtin.system" : "builtin.default"
    }

    /// The code of its own that a rule refuses with. Goes through all rules.
    package func code(ofRule id: String?) -> String? { id.flatMap { id in rules.first { $0.id == id }?.code } }

    /// The `rate` to charge for an allowed event; nil for none.
    package func rate(_ decision: Decision) -> EventRate? {
        guard let rule = decision.allowedBy, rates.indices.contains(Int(rule.value)) else { return nil }
        return rates[Int(rule.value)]
    }

    /// What a session may do here. Static conditions are evaluated now; make new grants when the bundle or the token changes.
    package func grants(for subject: Subject) -> Grants { Grants(self, subject) }
}
