import GatehouseAudit
import GatehouseJSON
import GatehousePolicy
import NIOCore
package import SocketIO

/// A message, stage by stage, cheap and anonymous first (specification: policies, "Pipeline order"). A stage that refuses a message has
/// answered it.
extension Pipeline {
    package func received(_ event: borrowing IncomingEvent, from socket: Socket) -> HandlerProgress {
        guard let client = socket.clientState, let connection = socket.connection.connectionState, isUpToDate(client, socket)
        else { return .finished }
        connection.messages &+= 1
        let now = rateNow
        tally.messages.count(at: now)
        guard keepsSize(event, socket, client), keepsRate(event, socket, client, now: now), keepsShape(event, socket, client) else {
            return .finished
        }
        guard let name = name(of: event, socket, client) else { return .finished }
        let payload = RawPayload(event)
        let room = client.policy.roomLocation(for: name.id).flatMap { payload.room(at: $0) }
        guard let sending = isUnrestricted(event, name, payload, room, socket, client, now: now),
            let decision = passesSendRules(event, name, room, socket, client),
            keepsRuleRate(event, name, room, decision, socket, client, now: now),
            takesItsTurn(event, name, payload, room, sending, socket, client, now: now),
            let route = name.route
        else { return .finished }
        // Guards, interceptors, pipes, handler, interceptors reversed, reply.
        let ackID = event.ackID
        return client.handle(sending) { inHand in
            let context = EventContext(
                principal: client.principal, event: route.event, roomName: room, wantsAck: ackID != nil, inHand: inHand)
            return run(route, payload, context, socket, client, ackID: ackID)
        }
    }

    // MARK: Size, rate, shape

    @inline(__always)
    private func keepsSize(_ event: borrowing IncomingEvent, _ socket: Socket, _ client: ClientState) -> Bool {
        guard let limit = client.policy.settings.limits.payload, event.byteCount > Int(clamping: limit) else { return true }
        let id = audit.denied(
            .messageDenied, client, event: event.name, rule: "limits", reason: Decision.Reason.tooLarge.rawValue,
            generation: client.policy.generation, detail: ["bytes": .integer(Int64(event.byteCount))])
        fail(socket, .tooLarge, decision: id, event: event.name ?? "", ackID: event.ackID)
        violation(socket, decision: id)
        return false
    }

    /// The rates of connection and user. A message of a broken shape is charged too (POL-12).
    @inline(__always)
    private func keepsRate(_ event: borrowing IncomingEvent, _ socket: Socket, _ client: ClientState, now: Int64) -> Bool {
        guard !client.takeMessage(bytes: event.byteCount, now: now) else { return true }
        refuseRate(socket, client, event: event.name, ackID: event.ackID, rule: "limits", excess: .nack)
        return false
    }

    /// VAL-08.
    @inline(__always)
    private func keepsShape(_ event: borrowing IncomingEvent, _ socket: Socket, _ client: ClientState) -> Bool {
        guard let fault = event.fault else { return true }
        malformed(socket, client, fault, event: event.name, ackID: event.ackID)
        return false
    }

    // MARK: Name

    /// What a message's name means here.
    struct EventName {
        /// `nil` for an event that nobody handles.
        let route: MountedRoute?
        let id: EventID
    }

    /// Finds what the name means. The gateway's own events are handled here, since nobody may be kept from renewing a token or from ending a
    /// stream.
    /// - Returns: `nil` for these.
    @inline(__always)
    private func name(of event: borrowing IncomingEvent, _ socket: Socket, _ client: ClientState) -> EventName? {
        guard let node = event.nameNode else { return nil }
        let found = event.document.withTextBytes(of: node) { name in
            EventName(route: client.mounted.route(name), id: client.policy.event(name))
        }
        if let found, found.route != nil { return found }
        if event.document.isString(node, equalTo: Self.refreshEvent) {
            refresh(RawPayload(event), socket, client, ackID: event.ackID)
            return nil
        }
        if event.document.isString(node, equalTo: Self.cancelEvent) {
            cancelStreams(RawPayload(event), socket, client, ackID: event.ackID)
            return nil
        }
        return found ?? EventName(route: nil, id: client.policy.event(""))
    }

    // MARK: Rules

    /// The `send` rules; an event that nobody handles is refused by default (POL-01).
    @inline(__always)
    private func passesSendRules(
        _ event: borrowing IncomingEvent, _ name: EventName, _ room: String?, _ socket: Socket, _ client: ClientState
    ) -> Decision? {
        guard let route = name.route, route.builtIn?.isOn(in: client.policy.settings) != false else {
            let id = audit.denied(
                .messageDenied, client, event: event.name, rule: "builtin.default", reason: "unknown_event",
                generation: client.policy.generation)
            fail(socket, .forbidden, decision: id, event: event.name ?? "", ackID: event.ackID)
            violation(socket, decision: id)
            return nil
        }
        let isJoined = room.map { socket.isIn($0) } ?? false
        let decision = client.grants.decideSend(
            event: name.id, room: room, isJoined: isJoined, payloadBytes: event.byteCount, now: wallSeconds)
        guard !decision.isAllowed || decision.wouldDeny else { return decision }
        let record: AuditEvent = decision.isAllowed ? .messageWouldDeny : .messageDenied
        let id = audit.denied(
            record, client, event: route.event, room: room, rule: client.policy.ruleID(decision), reason: decision.reason.rawValue,
            generation: decision.generation, action: .send(event: route.event, room: room, isJoined: isJoined, bytes: event.byteCount))
        guard decision.isAllowed else {
            fail(socket, client.policy.refusal(decision), decision: id, event: route.event, ackID: event.ackID)
            if decision.reason == .notJoined {
                violation(socket, .notJoined, decision: id)
            } else {
                violation(socket, decision: id)
            }
            return nil
        }
        if decision.mode == .warn { warn(socket, event: route.event, decision: id) }
        return decision
    }

    /// The rate of the rule that allows the message.
    @inline(__always)
    private func keepsRuleRate(
        _ event: borrowing IncomingEvent, _ name: EventName, _ room: String?, _ decision: Decision, _ socket: Socket,
        _ client: ClientState, now: Int64
    ) -> Bool {
        guard let rate = client.policy.rate(decision), let rule = decision.allowedBy else { return true }
        let outcome = charge(
            client, rule, rate, now: now,
            next: { [bytes = event.byteCount] rule in
                client.grants.nextSend(
                    after: rule, event: name.id, room: room, isJoined: room.map { socket.isIn($0) } ?? false, payloadBytes: bytes,
                    now: wallSeconds)
            })
        guard outcome != .taken else { return true }
        refuseRate(
            socket, client, event: name.route?.event, ackID: event.ackID, rule: client.policy.ruleID(decision), excess: rate.onExceed,
            isClientsDoing: outcome == .clientIsSpent)
        return false
    }

    /// Charges the rule that allows a message or, if its rate is spent, the next one that does, so that an added allow rule never reduces
    /// what others give (POL-03). A rate that is no wider than one that was tried is skipped.
    /// - Returns: `addressIsSpent` if one of the rules had room but for the client's address.
    private func charge(
        _ client: ClientState, _ first: RuleIndex, _ rate: EventRate, now: Int64, next: (RuleIndex) -> RuleIndex?
    ) -> ClientState.RateOutcome {
        var outcome = client.take(rate, of: first, now: now)
        guard outcome != .taken else { return .taken }
        var (rule, spent) = (first, [rate])
        while let other = next(rule) {
            rule = other
            guard let rate = client.policy.rule(other)?.rate else { return .taken }
            guard !spent.contains(where: { rate.isWithin($0) }) else { continue }
            switch client.take(rate, of: other, now: now) {
            case .taken: return .taken
            case .addressIsSpent: outcome = .addressIsSpent
            case .clientIsSpent: break
            }
            spent.append(rate)
        }
        return outcome
    }

    /// VAL-08: what is refused without the connection being at fault.
    private func malformed(_ socket: Socket, _ client: ClientState, _ fault: EventFault, event: String?, ackID: UInt64?) {
        let reply =
            switch fault.kind {
            case .tooLarge: ErrorReply.tooLarge
            case .invalid:
                ErrorReply(
                    code: GatewayError.Code(.invalid), message: ValidationError.message,
                    violations: [Violation(path: "$", constraint: fault.reason, message: "$ \(fault.message)")])
            }
        let id = recordInvalid(client, fault, event: event)
        fail(socket, reply, decision: id, event: event ?? "", ackID: ackID)
        violation(socket, decision: id)
    }

    /// VAL-08 for an ack: the waiting handler gets none, and the client gets no answer.
    package func refusedAck(_ fault: EventFault, from socket: Socket) {
        guard let client = socket.clientState else { return }
        violation(socket, decision: recordInvalid(client, fault, event: nil, detail: ["ack": true]))
    }

    private func recordInvalid(_ client: ClientState, _ fault: EventFault, event: String?, detail: AuditDetail = [:]) -> String {
        audit.denied(
            .messageInvalid, client, event: event, rule: "builtin.json", reason: fault.reason, generation: client.policy.generation,
            detail: detail)
    }

    private func refuseRate(
        _ socket: Socket, _ client: ClientState, event: String?, ackID: UInt64?, rule: String, excess: EventRate.Excess,
        isClientsDoing: Bool = true
    ) {
        let id = audit.denied(
            .messageRateLimited, client, event: event, rule: rule, reason: isClientsDoing ? "rate_limited" : "address_rate_limited",
            generation: client.policy.generation)
        switch excess {
        case .close where isClientsDoing: socket.connection.close(ConnectionClosure(.rateLimited, retryAfter: 10, decision: id))
        case .drop where ackID == nil: break
        case .drop, .nack, .close:
            fail(socket, ErrorReply(.rateLimited, "Too many messages; slow down"), decision: id, event: event ?? "", ackID: ackID)
        }
        if isClientsDoing { violation(socket, .rateLimited, decision: id) }
    }

    /// Counts a violation that counts only if the policy says so.
    private func violation(_ socket: Socket, _ refusal: ViolationPolicy.Refusal, decision: String) {
        guard let limits = socket.clientState?.policy.settings.limits, limits.violations?.also.contains(refusal) == true else { return }
        violation(socket, decision: decision)
    }

    /// Counts a violation, after its answer. Only for the client's own acts: never for its address's debts, acts of the server or staff, or
    /// changed rules. A client with too many is closed, and kept out for a while.
    func violation(_ socket: Socket, decision: String) {
        guard let client = socket.clientState else { return }
        socket.connection.connectionState?.violations += 1
        if let user = client.user { runtime.violations.note(user.key, in: client.client.namespace) }
        let outcome = client.violate(now: rateNow)
        guard outcome != .none else { return }
        audit.log.record(AuditRecord(.sessionViolations, actor: client.actor, detail: ["cause": .string(decision)]))
        switch outcome {
        case .none: break
        case .disconnect: socket.connection.close(ConnectionClosure(.violations, decision: decision))
        case .ban(let nanoseconds):
            if let user = client.user { ban(user.key, nanoseconds: nanoseconds, decision: decision) }
            socket.connection.close(ConnectionClosure(.banned, decision: decision))
        }
    }
}
