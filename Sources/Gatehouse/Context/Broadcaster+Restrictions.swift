import GatehouseAudit
import SocketIO

/// Restrictions of a sender hold for what its handler sends (MOD-63, MOD-64).
extension Broadcaster {
    /// Decides about an event before it is sent. Nothing is sent to a room that is locked, or where the sender is muted, by the handler of a
    /// message whose target room is not known: the handler gets the error, and its client the error's code.
    /// - Returns: who may have the event; `nil` for everyone.
    /// - Throws: ``GatewayError`` with `muted` or `room_locked`.
    func recipientsAllowed(_ name: String) throws(GatewayError) -> (@Sendable (Socket) -> Bool)? {
        guard let event = event ?? EventInHand.ofTask else { return nil }
        if event.marks.contains(.shadowed) { return shadow(of: event) }
        guard !event.marks.contains(.hasTargetRoom), let namespace = definition?.namespace, !target.rooms.isEmpty else { return nil }
        let (set, now) = (runtime.restrictions.current, runtime.clock.wallMilliseconds())
        let user = event.client.principal.user
        var isShadowed = false
        for room in target.rooms {
            if let mute = user.flatMap({ set.mute(of: $0, in: namespace, room: room, now: now) }) {
                guard mute.isShadow else { throw refusal(.muted(until: mute.ends), event, name, namespace, room) }
                isShadowed = true
            }
            if set.lock(on: room, in: namespace, now: now) != nil { throw refusal(.locked, event, name, namespace, room) }
        }
        return isShadowed ? shadow(of: event) : nil
    }

    /// Staff, and the sender's own sessions.
    private func shadow(of event: EventInHand) -> @Sendable (Socket) -> Bool {
        let (sender, isStaff) = (event.client.principal.user, runtime.isStaff)
        return { socket in
            guard let client = socket.clientState else { return false }
            return (sender != nil && client.user?.key == sender) || isStaff(client.principal)
        }
    }

    private func refusal(
        _ refusal: RestrictionRefusal, _ event: EventInHand, _ name: String, _ namespace: Namespace, _ room: String
    ) -> GatewayError {
        let audit = PipelineAudit(
            log: runtime.audit, refusals: runtime.refusals, clock: runtime.clock, feed: runtime.feed)
        let reply = refusal.reply
        let id = audit.record(
            AuditRecord(
                .messageDenied, actor: event.client.actor, target: AuditTarget(namespace: namespace.name, event: name, room: room),
                decision: AuditDecision(
                    id: audit.ids.next(), effect: .deny, rule: refusal.rule, reason: reply.code.description, generation: event.generation)))
        var error = GatewayError(code: reply.code, message: reply.message)
        error.decided = GatewayError.Decided(id: id, client: event.client.id, isViolation: false)
        return error
    }
}
