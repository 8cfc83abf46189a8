import GatehouseAudit
import GatehouseJSON
import GatehousePolicy
import NIOCore
package import SocketIO

/// A message: shape, rate, mute, `send` rule, guards, then the handler (policy requirements, "Pipeline order").
extension Pipeline {
    package func received(_ event: borrowing IncomingEvent, from socket: Socket) -> HandlerProgress {
        guard let client = socket.clientState, let connection = socket.connection.connectionState, isUpToDate(client, socket)
        else { return .finished }
        connection.messages &+= 1
        let now = rateNow
        if let limit = client.policy.settings.limits.payload, event.byteCount > Int(clamping: limit) {
            let id = audit.denied(
                .messageDenied, client, event: event.name, rule: "limits", reason: Decision.Reason.tooLarge.rawValue,
                generation: client.policy.generation, detail: ["bytes": .integer(Int64(event.byteCount))])
            fail(socket, .tooLarge, decision: id, event: event.name ?? "", ackID: event.ackID)
            violation(socket, decision: id)
            return .finished
        }
        guard client.takeMessage(bytes: event.byteCount, now: now) else {
            let name = event.name
            refuseRate(socket, client, event: name, ackID: event.ackID, rule: "limits", excess: .nack)
            return .finished
        }
        if let fault = event.fault {
            malformed(socket, client, fault, ackID: event.ackID)
            return .finished
        }
        guard let nameNode = event.nameNode else { return .finished }
        let found = event.document.withStringBytes(of: nameNode) { name in
            (route: client.mounted.route(name), id: client.policy.event(name))
        }
        if found?.route == nil, event.document.isString(nameNode, equalTo: Self.refreshEvent) {
            refresh(RawPayload(event), socket, client, ackID: event.ackID)
            return .finished
        }
        guard let found, let route = found.route else {
            let id = audit.denied(
                .messageDenied, client, event: event.name, rule: "builtin.default", reason: "unknown_event",
                generation: client.policy.generation)
            fail(socket, .forbidden, decision: id, event: event.name ?? "", ackID: event.ackID)
            violation(socket, decision: id)
            return .finished
        }
        let payload = RawPayload(event)
        let room = client.policy.roomPointer(for: found.id).flatMap { payload.string(at: $0) }
        let isJoined = room.map { socket.isIn($0) } ?? false
        let decision = client.grants.decideSend(
            event: found.id, room: room, isJoined: isJoined, payloadBytes: event.byteCount, now: wallSeconds)
        if !decision.isAllowed || decision.wouldDeny {
            let record: AuditEvent = decision.isAllowed ? .messageWouldDeny : .messageDenied
            let id = audit.denied(
                record, client, event: route.event, room: room, rule: client.policy.ruleID(decision), reason: decision.reason.rawValue,
                generation: decision.generation,
                action: .send(event: route.event, room: room, isJoined: isJoined, bytes: event.byteCount))
            guard decision.isAllowed else {
                fail(socket, client.policy.refusal(decision), decision: id, event: route.event, ackID: event.ackID)
                violation(socket, decision: id)
                return .finished
            }
            if decision.mode == .warn { warn(socket, event: route.event, decision: id) }
        }
        if let rate = client.policy.rate(decision), let rule = decision.allowedBy, !client.take(rate, of: rule, now: now),
            !takesOther(
                client, than: rule, rate, now: now,
                next: { [bytes = event.byteCount] rule in
                    client.grants.nextSend(
                        after: rule, event: found.id, room: room, isJoined: isJoined, payloadBytes: bytes, now: wallSeconds)
                })
        {
            refuseRate(socket, client, event: route.event, ackID: event.ackID, rule: client.policy.ruleID(decision), excess: rate.onExceed)
            return .finished
        }
        let ackID = event.ackID
        return client.handle { inHand in
            let context = EventContext(principal: client.principal, event: route.event, wantsAck: ackID != nil, inHand: inHand)
            return run(route, payload, context, socket, client, ackID: ackID)
        }
    }

    /// Charges another rule that allows a message, where the one that was asked first has no more room: so an allow rule that is added never
    /// takes from what others gave (POL-03). A rate that gives no more than one that was asked already is none of its own.
    private func takesOther(
        _ client: ClientState, than first: RuleIndex, _ rate: EventRate, now: Int64, next: (RuleIndex) -> RuleIndex?
    ) -> Bool {
        var (rule, spent) = (first, [rate])
        while let other = next(rule) {
            rule = other
            guard let rate = client.policy.rule(other)?.rate else { return true }
            guard !spent.contains(where: { rate.isWithin($0) }) else { continue }
            if client.take(rate, of: other, now: now) { return true }
            spent.append(rate)
        }
        return false
    }

    /// VAL-08: what the scanner refuses without the connection being at fault.
    private func malformed(_ socket: Socket, _ client: ClientState, _ fault: JSONError, ackID: UInt64?) {
        let reply =
            fault.kind == .tooLarge
            ? ErrorReply.tooLarge
            : ErrorReply(
                code: GatewayError.Code(.invalid), message: ValidationError.message,
                violations: [Violation(path: "$", constraint: fault.code.description, message: "$ \(fault.message)")])
        let id = recordInvalid(client, fault)
        fail(socket, reply, decision: id, event: "", ackID: ackID)
        violation(socket, decision: id)
    }

    /// VAL-08, of an ack: the handler that waits for it hears of none; the client is owed no answer.
    package func refusedAck(_ fault: JSONError, from socket: Socket) {
        guard let client = socket.clientState else { return }
        violation(socket, decision: recordInvalid(client, fault, detail: ["ack": true]))
    }

    private func recordInvalid(_ client: ClientState, _ fault: JSONError, detail: AuditDetail = [:]) -> String {
        audit.denied(
            .messageInvalid, client, event: nil, rule: "builtin.json", reason: fault.code.description, generation: client.policy.generation,
            detail: detail)
    }

    private func refuseRate(
        _ socket: Socket, _ client: ClientState, event: String?, ackID: UInt64?, rule: String, excess: EventRate.Excess
    ) {
        let id = audit.denied(
            .messageRateLimited, client, event: event, rule: rule, reason: "rate_limited", generation: client.policy.generation)
        switch excess {
        case .close: socket.connection.close(ConnectionClosure(.rateLimited, retryAfter: 10, decision: id))
        case .drop where ackID == nil: break
        case .drop, .nack:
            fail(socket, ErrorReply(.rateLimited, "Too many messages; slow down"), decision: id, event: event ?? "", ackID: ackID)
        }
        violation(socket, decision: id)
    }

    /// Counts a broken rule, after its answer; a client that keeps breaking them is put out, and kept out for a while.
    func violation(_ socket: Socket, decision: String) {
        guard let client = socket.clientState else { return }
        socket.connection.connectionState?.violations += 1
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
