import GatehouseJSON

/// Turns the rules of a namespace, with those of `_global.yaml`, into tables.
struct NamespaceCompiler {
    let namespace: String
    /// All rules of the bundle; the tables refer to them by index.
    let rules: [PolicyRule]
    private(set) var tables = RuleTables()
    private(set) var patterns = PatternTable()
    private(set) var events = EventTable()
    private(set) var wildcards: [Int32] = []
    private(set) var roomPointers: [JSONPointer?] = []
    private(set) var wildcardRoomPointers: [JSONPointer?] = []
    private var wildcardBits: [NamePattern: Int] = [:]
    private var fileMode: PolicyMode

    init(namespace: String, rules: [PolicyRule], mode: PolicyMode, names: [String], _ diagnostics: Diagnostics) {
        self.namespace = namespace
        self.rules = rules
        fileMode = mode
        let own = rules.indices.filter { rules[$0].namespace == nil || rules[$0].namespace == namespace }
        events = EventTable(
            Set(names.filter { CanonicalText.isName($0.utf8Span.span, limit: 128) })
                .union(own.flatMap { rules[$0].events }.filter(\.isLiteral).map(\.description)))
        collectWildcards(own, diagnostics)
        checkRoomPointers(own, diagnostics)
        var offset = 0
        for (path, section, effect) in RuleTables.all {
            let members = sorted(own.filter { rules[$0].section == section && rules[$0].effect == effect })
            tables[keyPath: path] = table(members, offset)
            offset += tables[keyPath: path].bitCount
        }
        tables.bitCount = offset
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
                wildcards.append(patterns.add(pattern, .event))
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

    private mutating func table(_ members: [Int], _ offset: Int) -> RuleTable {
        var entries: [RuleTable.Entry] = []
        for index in members {
            let rule = rules[index]
            var firstPattern: Int32 = 0
            for (at, pattern) in rule.rooms.enumerated() {
                let added = patterns.add(pattern, .room)
                if at == 0 { firstPattern = added }
            }
            var bits: UInt64 = 0
            for pattern in rule.events { if let bit = wildcardBits[pattern] { bits |= 1 << UInt64(bit) } }
            entries.append(
                RuleTable.Entry(
                    rule: Int32(clamping: index), mode: mode(rule), whenMaxAge: rule.when?.auth?.maxAge ?? -1,
                    unlessMaxAge: rule.unless?.auth?.maxAge ?? -1, firstPattern: firstPattern,
                    patternCount: Int32(clamping: rule.rooms.count),
                    wildcards: bits, needsRoom: rule.roomAt != nil || !rule.rooms.isEmpty, joined: rule.joined,
                    maxBytes: rule.maxBytes ?? .max))
        }
        let names = events.names
        return RuleTable(entries, bitOffset: offset, eventCount: names.count) { event, entry in
            rules[members[entry]].events.contains { $0.matches(event: names[event]) }
        }
    }

    /// The handler receives the room that was decided on, so all rules of an event must find it in the same place.
    private mutating func checkRoomPointers(_ own: [Int], _ diagnostics: Diagnostics) {
        let senders = own.filter { rules[$0].section == .send && rules[$0].roomAt != nil }
        for (at, left) in senders.enumerated() {
            for right in senders[..<at] where rules[left].roomAt != rules[right].roomAt {
                guard rules[left].events.contains(where: { event in rules[right].events.contains { $0.overlaps(event) } }) else { continue }
                diagnostics.report(
                    .conflict, at: rules[left].position,
                    "'\(rules[left].id)' and '\(rules[right].id)' speak of the same event with different 'room_at': an event names its room in one place"
                )
            }
        }
        roomPointers = events.names.map { name in
            senders.first { rules[$0].events.contains { $0.matches(event: name) } }.flatMap { rules[$0].roomAt }
        }
        wildcardRoomPointers = [JSONPointer?](repeating: nil, count: wildcards.count)
        for index in senders {
            for pattern in rules[index].events { if let bit = wildcardBits[pattern] { wildcardRoomPointers[bit] = rules[index].roomAt } }
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
