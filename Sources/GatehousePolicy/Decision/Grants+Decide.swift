extension Grants {
    /// Whether the session may enter the namespace: global denies, transport, Origin (POL-13), then the `connect` rules.
    ///
    /// Transport, Origin and the need for a token are enforced in every mode: `anonymous: true` is the only way in without one (POL-01).
    package func decideConnect(now: Int64) -> Decision {
        if let denied = globalDenial(now) { return denied }
        guard transportAllowed else { return .deny(.transport, nil, .enforce, generation) }
        guard originAllowed else { return .deny(.origin, nil, .enforce, generation) }
        return decideAdmission(now: now)
    }

    /// Whether the `connect` rules let the session in, whatever page it is of and however it is connected. For rights in another namespace
    /// than the one that the session is in.
    package func decideAdmission(now: Int64) -> Decision {
        if let denied = globalDenial(now) { return denied }
        let (tables, place) = (namespace.tables, place)
        return decide(
            tables.connectDeny, tables.connectAllow, event: nil, room: place.span, isJoined: false, payloadBytes: 0, now: now,
            defaultMode: anonymous ? .enforce : namespace.settings.mode)
    }

    /// Whether the session may join a room.
    package func decideJoin(room: Span<UInt8>, now: Int64) -> Decision {
        if let denied = globalDenial(now) { return denied }
        guard CanonicalText.isName(room) else { return .deny(.invalidName, nil, .enforce, generation) }
        return decide(
            namespace.tables.joinDeny, namespace.tables.joinAllow, event: nil, room: room, isJoined: false, payloadBytes: 0, now: now,
            defaultMode: namespace.settings.mode)
    }

    /// Whether the session may join a room.
    package func decideJoin(room: String, now: Int64) -> Decision { decideJoin(room: room.utf8Span.span, now: now) }

    /// Whether the session may send an event.
    /// - Parameters:
    ///   - event: from `namespace.event(_:)`.
    ///   - room: the string at `namespace.roomLocation(for: event)` in the payload; nil if there is none or it is no string.
    ///   - isJoined: whether the session is in that room.
    ///   - payloadBytes: the size of the event's arguments as received, binary attachments included.
    package func decideSend(event: EventID, room: Span<UInt8>?, isJoined: Bool, payloadBytes: Int, now: Int64) -> Decision {
        if let denied = globalDenial(now) { return denied }
        if let room, !CanonicalText.isName(room) { return .deny(.invalidName, nil, .enforce, generation) }
        return decide(
            namespace.tables.sendDeny, namespace.tables.sendAllow, event: event, room: room, isJoined: isJoined, payloadBytes: payloadBytes,
            now: now, defaultMode: namespace.settings.mode)
    }

    /// Whether the session may send an event.
    package func decideSend(event: EventID, room: String?, isJoined: Bool, payloadBytes: Int, now: Int64) -> Decision {
        guard let room else {
            return decideSend(event: event, room: Span<UInt8>?.none, isJoined: isJoined, payloadBytes: payloadBytes, now: now)
        }
        return decideSend(event: event, room: room.utf8Span.span, isJoined: isJoined, payloadBytes: payloadBytes, now: now)
    }

    /// The rule that allows an event next to the one that did, the widest rate first: for a message that found no room in that rule's rate.
    package func nextSend(
        after rule: RuleIndex, event: EventID, room: String?, isJoined: Bool, payloadBytes: Int, now: Int64
    ) -> RuleIndex? {
        let table = namespace.tables.sendAllow
        guard let at = table.entries.firstIndex(where: { RuleIndex($0.rule) == rule }) else { return nil }
        let next =
            if let room {
                permission(
                    table, from: at + 1, event: event, room: room.utf8Span.span, isJoined: isJoined, payloadBytes: payloadBytes, now: now)
            } else {
                permission(table, from: at + 1, event: event, room: nil, isJoined: isJoined, payloadBytes: payloadBytes, now: now)
            }
        return next.entry.map { RuleIndex(table.entries[$0].rule) }
    }

    /// Whether an event may be delivered to the session. Cheap enough to ask for every recipient; sessions with the same
    /// `receiveClass` get the same answer.
    package func decideReceive(event: EventID, now: Int64) -> Decision {
        if let denied = globalDenial(now) { return denied }
        return decide(
            namespace.tables.receiveDeny, namespace.tables.receiveAllow, event: event, room: nil, isJoined: false, payloadBytes: 0,
            now: now,
            defaultMode: namespace.settings.mode)
    }

    private func globalDenial(_ now: Int64) -> Decision? {
        guard let denial = denial(namespace.tables.globalDeny, event: nil, room: nil, isJoined: false, now: now) else { return nil }
        let rule = RuleIndex(namespace.tables.globalDeny.entries[denial.entry].rule)
        return .deny(denial.isError ? .evaluationError : .denyRule, rule, .enforce, generation)
    }

    private func decide(
        _ denies: RuleTable, _ allows: RuleTable, event: EventID?, room: Span<UInt8>?, isJoined: Bool, payloadBytes: Int, now: Int64,
        defaultMode: PolicyMode
    ) -> Decision {
        var soft: Decision?
        if let denial = denial(denies, event: event, room: room, isJoined: isJoined, now: now) {
            let entry = denies.entries[denial.entry]
            let decision = Decision.deny(denial.isError ? .evaluationError : .denyRule, RuleIndex(entry.rule), entry.mode, generation)
            if decision.effect == .deny { return decision }
            soft = decision
        }
        let permission = permission(allows, event: event, room: room, isJoined: isJoined, payloadBytes: payloadBytes, now: now)
        guard let at = permission.entry else {
            if defaultMode != .enforce, let soft { return soft }
            return .deny(permission.reason, nil, defaultMode, generation)
        }
        let rule = RuleIndex(allows.entries[at].rule)
        if var soft {
            soft.allowedBy = rule
            return soft
        }
        return Decision(
            effect: .allow, reason: .allowed, rule: rule, allowedBy: rule, mode: namespace.settings.mode, wouldDeny: false,
            generation: generation)
    }
}
