import GatehouseJSON

/// Turns the rules of a namespace, with those of `_global.yaml`, into tables.
struct NamespaceCompiler {
    let namespace: String
    /// All rules of the bundle; the tables refer to them by index.
    let rules: [PolicyRule]
    private(set) var tables = RuleTables()
    private(set) var patterns = PatternTable.Builder()
    private(set) var events = EventTable()
    /// The different conditions of all rules.
    private(set) var conditions: [Condition] = []
    private(set) var wildcards: [Int32] = []
    private(set) var roomLocations: [RoomLocation?] = []
    private(set) var wildcardRoomLocations: [RoomLocation?] = []
    private var wildcardBits: [NamePattern: Int] = [:]
    private var fileMode: PolicyMode
    /// The names of `events`, as patterns.
    private var names: [NamePattern?] = []

    init(namespace: String, rules: [PolicyRule], mode: PolicyMode, names: [String], _ diagnostics: Diagnostics) {
        self.namespace = namespace
        self.rules = rules
        fileMode = mode
        let own = rules.indices.filter { rules[$0].namespace == nil || rules[$0].namespace == namespace }
        events = EventTable(
            Set(names.filter { CanonicalText.isName($0.utf8Span.span, limit: 128) })
                .union(own.flatMap { rules[$0].events }.filter(\.isLiteral).map(\.description)))
        collectWildcards(own, diagnostics)
        // A given name that is no literal pattern, such as one with '*' or an empty segment, is found by no wildcard either.
        self.names = events.names.map { name in
            guard let pattern = try? NamePattern(parsing: name, .event), pattern.isLiteral else { return nil }
            return pattern
        }
        checkRoomLocations(own, diagnostics)
        tables = RuleTables { section, effect, offset in
            table(sorted(own.filter { rules[$0].section == section && rules[$0].effect == effect }), offset)
        }
    }

    private mutating func collectWildcards(_ own: [Int], _ diagnostics: Diagnostics) {
        for index in own {
            for pattern in rules[index].events where !pattern.isLiteral && wildcardBits[pattern] == nil {
                guard wildcards.count < 64 else {
                    diagnostics.report(
                        .tooLarge, at: rules[index].position,
                        "a namespace has at most 64 different event patterns with '*': name the events")
                    return
                }
                wildcardBits[pattern] = wildcards.count
                wildcards.append(patterns.add(pattern))
            }
        }
    }

    /// The order within a table. It never depends on the order in the files. Denies: those in force come first, then by id. Allows: the one
    /// with the widest rate first, so that adding an allow rule never tightens a rate; then by id.
    private func sorted(_ members: [Int]) -> [Int] {
        members.sorted { left, right in
            let first = rules[left], second = rules[right]
            if first.effect == .deny {
                let enforced = (mode(first) == .enforce, mode(second) == .enforce)
                if enforced.0 != enforced.1 { return enforced.0 }
            } else {
                let widths = (Self.width(first.rate), Self.width(second.rate))
                if widths.0 != widths.1 { return widths.0.lexicographicallyPrecedes(widths.1, by: >) }
            }
            return first.id.utf8.lexicographicallyPrecedes(second.id.utf8)
        }
    }

    private static func width(_ rate: EventRate?) -> [Double] {
        [rate?.connection, rate?.user, rate?.ip].flatMap { [$0?.perSecond ?? .infinity, $0.map { Double($0.burst) } ?? .infinity] }
    }

    private func mode(_ rule: PolicyRule) -> PolicyMode { rule.section == .global ? .enforce : rule.mode ?? fileMode }

    /// Rules share few conditions; a session evaluates each different one once.
    private mutating func condition(_ condition: Condition?) -> Int32 {
        guard let condition else { return -1 }
        if let known = conditions.firstIndex(of: condition) { return Int32(clamping: known) }
        conditions.append(condition)
        return Int32(clamping: conditions.count - 1)
    }

    private mutating func table(_ members: [Int], _ offset: Int) -> RuleTable {
        var entries: [RuleTable.Entry] = []
        for index in members {
            let rule = rules[index]
            var firstPattern: Int32 = 0
            for (at, pattern) in rule.rooms.enumerated() {
                let added = patterns.add(pattern)
                if at == 0 { firstPattern = added }
            }
            var bits: UInt64 = 0
            for pattern in rule.events { if let bit = wildcardBits[pattern] { bits |= 1 << UInt64(bit) } }
            entries.append(
                RuleTable.Entry(
                    rule: Int32(clamping: index), mode: mode(rule), when: condition(rule.when), unless: condition(rule.unless),
                    needsToken: rule.section == .connect && rule.effect == .allow && rule.when?.anonymous != true,
                    whenMaxAge: rule.when?.auth?.maxAge ?? -1,
                    unlessMaxAge: rule.unless?.auth?.maxAge ?? -1, firstPattern: firstPattern,
                    patternCount: Int32(clamping: rule.rooms.count),
                    wildcards: bits, needsRoom: rule.roomAt != nil || !rule.rooms.isEmpty, joined: rule.joined,
                    maxBytes: rule.maxBytes ?? .max))
        }
        return RuleTable(
            entries, bitOffset: offset, eventCount: names.count, events: members.map { eventIndices(rules[$0]) },
            names: members.map { rules[$0].rooms })
    }

    /// The names of the table that a rule matches.
    private func eventIndices(_ rule: PolicyRule) -> [Int] {
        var indices: Set<Int> = []
        for pattern in rule.events {
            if pattern.isLiteral {
                if let index = events.index(of: pattern.description.utf8Span.span) { indices.insert(Int(index)) }
            } else {
                indices.formUnion(names.indices.filter { names[$0].map { pattern.covers($0) } ?? false })
            }
        }
        return indices.sorted()
    }

    private func checkAgreement(_ senders: [Int], _ diagnostics: Diagnostics) {
        for (at, left) in senders.enumerated() {
            for right in senders[..<at] where rules[left].roomAt != rules[right].roomAt {
                guard rules[left].events.contains(where: { event in rules[right].events.contains { $0.overlaps(event) } }) else { continue }
                diagnostics.report(
                    .conflict, at: rules[left].position,
                    "'\(rules[left].id)' and '\(rules[right].id)' name the same event with different 'room_at': an event has one place for its room"
                )
            }
        }
    }

    /// The handler receives the room that was decided on, so all rules of an event must find it in the same place.
    private mutating func checkRoomLocations(_ own: [Int], _ diagnostics: Diagnostics) {
        let senders = own.filter { rules[$0].section == .send && rules[$0].roomAt != nil }
        if Set(senders.map { rules[$0].roomAt }).count > 1 { checkAgreement(senders, diagnostics) }
        roomLocations = [RoomLocation?](repeating: nil, count: names.count)
        for index in senders { for event in eventIndices(rules[index]) { roomLocations[event] = rules[index].roomAt } }
        wildcardRoomLocations = [RoomLocation?](repeating: nil, count: wildcards.count)
        for index in senders {
            for pattern in rules[index].events { if let bit = wildcardBits[pattern] { wildcardRoomLocations[bit] = rules[index].roomAt } }
        }
    }
}

extension NamePattern {
    /// Whether an event's name matches; for the making of tables, not for messages.
    package func matches(event name: String) -> Bool {
        guard let literal = try? NamePattern(parsing: name, .event), literal.isLiteral else { return false }
        return covers(literal)
    }
}
