import GatehouseNetwork

/// The possible outcomes of a condition if not everything about the subject is known.
struct PossibleTruths: OptionSet {
    let rawValue: UInt8

    static let no = PossibleTruths(rawValue: 1)
    static let yes = PossibleTruths(rawValue: 2)
    static let error = PossibleTruths(rawValue: 4)
    static let any: PossibleTruths = [.no, .yes, .error]

    init(rawValue: UInt8) { self.rawValue = rawValue }

    init(_ truth: Truth) {
        switch truth {
        case .no: self = .no
        case .yes: self = .yes
        case .error: self = .error
        }
    }

    private var members: [Truth] {
        [(PossibleTruths.no, Truth.no), (.yes, .yes), (.error, .error)].filter { contains($0.0) }.map(\.1)
    }

    func and(_ other: PossibleTruths) -> PossibleTruths {
        members.reduce(into: []) { result, left in for right in other.members { result.insert(PossibleTruths(left.and(right))) } }
    }

    var negated: PossibleTruths {
        var result = intersection(.error)
        if contains(.no) { result.insert(.yes) }
        if contains(.yes) { result.insert(.no) }
        return result
    }
}

extension PolicyRule {
    /// How the rule comes out for a recorded act, as far as the record tells. Where it is an allow, `.yes` alone matches; where it is a
    /// deny, `.yes` and `.error` do.
    func possibleTruths(_ record: RecordedDecision) -> PossibleTruths {
        var truths = section == .global ? PossibleTruths.yes : resource(record)
        if section == .connect, effect == .allow, record.issuer == nil, when?.anonymous != true { return .no }
        if let when { truths = truths.and(when.possibleTruths(record)) }
        if let unless { truths = truths.and(unless.possibleTruths(record).negated) }
        return truths
    }

    /// What the rule asks for that no log holds.
    var unrecorded: [String] {
        var members: [String] = []
        for condition in [when, unless].compactMap({ $0 }) {
            if !condition.claims.isEmpty { members.append("claims") }
            if condition.scopes != nil { members.append("scopes") }
            if condition.auth != nil { members.append("auth") }
            if condition.roles != nil { members.append("roles") }
            if condition.transports != nil { members.append("transport") }
            if condition.ip != nil { members.append("ip") }
        }
        if rooms.contains(where: \.hasTemplate) { members.append("claims of a template") }
        if joined { members.append("joined") }
        if maxBytes != nil { members.append("max_bytes") }
        return members.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    private func resource(_ record: RecordedDecision) -> PossibleTruths {
        if let event = record.act.event, !events.contains(where: { $0.matches(event: event) }) { return .no }
        guard roomAt != nil || !rooms.isEmpty else { return size }
        // A `connect` rule speaks of the namespace.
        let place = section == .connect ? String(record.namespace.dropFirst()) : record.act.room
        guard let room = place else { return effect == .deny ? .error : .no }
        let subject = Subject(recorded: record)
        let outcomes = rooms.map { $0.possibleTruths(room, subject) }
        var truths: PossibleTruths =
            outcomes.isEmpty || outcomes.contains(.yes) ? .yes : outcomes.contains([.no, .yes]) ? [.no, .yes] : .no
        if joined { truths = truths.and([.no, .yes]) }
        return truths.and(size)
    }

    private var size: PossibleTruths { maxBytes == nil ? .yes : [.no, .yes] }
}

extension Condition {
    fileprivate func possibleTruths(_ record: RecordedDecision) -> PossibleTruths {
        var truths = PossibleTruths.yes
        func and(_ other: PossibleTruths) { truths = truths.and(other) }
        if anonymous { and(record.issuer == nil ? .yes : .no) }
        if let issuers { and(record.issuer.map { issuers.containsBytes(of: $0) } == true ? .yes : .no) }
        // Without a token there is no claim, which makes everything false that asks for one, but `exists: false`.
        let unknown: PossibleTruths = record.issuer == nil ? .no : .any
        if let roles {
            switch record.roles {
            case _ where record.issuer == nil: and(.no)
            case .some(let words) where words.isEmpty: and([.no, .error])
            case .some(let words): and(PossibleTruths(roles.truth(of: .value(words))))
            case nil: and(.any)
            }
        }
        if scopes != nil { and(unknown) }
        for claim in claims { and(record.issuer == nil ? PossibleTruths(claim.truth(of: nil)) : .any) }
        if auth != nil { and(unknown) }
        if let ip { and(record.ip.map { address in ip.contains { $0.contains(address) } ? .yes : .no } ?? .error) }
        if let transports { and(record.transport.map { transports.contains($0) ? .yes : .no } ?? [.no, .yes]) }
        return truths
    }
}

extension NamePattern {
    /// Whether a room matches, where `{sub}` is known and `{/pointer}` is not.
    fileprivate func possibleTruths(_ room: String, _ subject: Subject) -> PossibleTruths {
        let isOpen = segments.contains { if case .template(.claim) = $0 { true } else { false } }
        let table = PatternTable(isOpen ? withClaimsOpen : self)
        guard table.matches(0, room.utf8Span.span, TemplateValues(table.templates, subject)) else { return .no }
        return isOpen ? [.no, .yes] : .yes
    }

    private var withClaimsOpen: NamePattern {
        NamePattern(
            kind: kind, description: description, segments: segments.map { if case .template(.claim) = $0 { .any } else { $0 } },
            separators: separators
        )
    }
}

extension Subject {
    fileprivate init(recorded record: RecordedDecision) {
        self.init(anonymousFrom: record.ip, origin: RequestOrigin(record.origin), transport: record.transport ?? .websocket)
        sub = record.sub
    }
}
