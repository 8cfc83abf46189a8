import GatehouseAudit
import GatehouseJSON
import GatehousePolicy
import Logging
import NIOCore
import SocketIO

/// Answers: exactly one ack if the client asked for one (GW-05), an `exception` event for an error that nobody waits for (ERR-01).
extension Pipeline {
    func succeed(
        _ socket: Socket, _ client: ClientState, _ route: MountedRoute, _ payload: RawPayload, _ output: consuming HandlerOutput,
        _ context: EventContext, ackID: UInt64?
    ) {
        switch consume output {
        case .stream(let stream):
            start(stream, RunningStream.Call(pipeline: self, socket: socket, client: client), route, payload, context, ackID: ackID)
        case .value(let value): answer(socket, value, context, ackID: ackID)
        case let other: answer(socket, other, context, ackID: ackID)
        }
    }

    /// Sends one answer.
    func answer(_ socket: Socket, _ output: HandlerOutput, _ context: EventContext, ackID: UInt64?) {
        switch output {
        case .stream:
            let id = unwritable(socket, context.event, GatewayError(.internal, "an element of a stream cannot be a stream"))
            fail(socket, .internalError, decision: id, event: context.event, ackID: ackID)
        case .none:
            if let ackID { socket.acknowledge(ackID) { _ in } }
        case .value(let value):
            answer(socket, value, context, ackID: ackID)
        case .event(let name, let value):
            // The name of an answer is the handler's to choose: it needs no declaration.
            if answeredEvents.count < 1_024 { answeredEvents.insert(name) }
            do {
                try context.everyone.to(context.client.handle).emit(name, EncodableBox(value))
            } catch {
                let id = unwritable(socket, context.event, error)
                return fail(socket, .internalError, decision: id, event: context.event, ackID: ackID)
            }
            if let ackID { socket.acknowledge(ackID) { _ in } }
        }
    }

    /// Sends a value, to whoever waits for one.
    private func answer(_ socket: Socket, _ value: any JSONEncodable, _ context: EventContext, ackID: UInt64?) {
        guard let ackID else { return }
        socket.acknowledge(ackID, with: value) { error in
            ErrorPayload(reply: .internalError, decision: unwritable(socket, context.event, error))
        }
    }

    /// A value that JSON cannot express is the handler's fault: the client gets `internal`.
    private func unwritable(_ socket: Socket, _ event: String, _ error: any Error) -> String {
        logger.error("a handler's result cannot be written as JSON", metadata: ["event": "\(event)", "error": "\(error)"])
        guard let client = socket.clientState else { return "" }
        return audit.denied(
            .handlerError, client, event: event, rule: "builtin.handler", reason: "unwritable_result", generation: client.policy.generation)
    }

    /// An error of an event: the nearest filter answers, else the error itself, else `internal`.
    func fail(
        _ socket: Socket, _ client: ClientState, _ route: MountedRoute, _ error: any Error, _ context: EventContext, ackID: UInt64?
    ) {
        if let refusal = error as? GatewayError, let decided = refusal.decided {
            let reply = filtered(route, error, context) ?? Self.reply(to: error)
            fail(socket, reply, decision: decided.id, event: route.event, ackID: ackID)
            // An error about another client is not the sender's fault.
            if decided.client == socket.id, decided.isViolation { violation(socket, decision: decided.id) }
            return
        }
        if let invalid = error as? ValidationError {
            var detail: AuditDetail = [
                "dto": .string(route.dto ?? ""), "count": .integer(Int64(invalid.violations.count)),
            ]
            // Paths are a peer's text in part, and one field may break several rules: they are values, never names of members.
            for (number, violation) in invalid.violations.prefix(16).enumerated() {
                detail.append("v\(number)", .string("\(violation.path) \(violation.constraint)"))
            }
            let id = audit.denied(
                .messageInvalid, client, event: route.event, rule: "builtin.validation", reason: "invalid",
                generation: client.policy.generation, detail: detail)
            let reply = ErrorReply(
                code: GatewayError.Code(.invalid), message: ValidationError.message, violations: invalid.violationsThatFit())
            fail(socket, filtered(route, error, context) ?? reply, decision: id, event: route.event, ackID: ackID)
            return violation(socket, decision: id)
        }
        let reply = filtered(route, error, context) ?? Self.reply(to: error)
        // A refusal with a code is no fault of the program; only an unexpected error is.
        let isFault = reply.code == ErrorReply.internalError.code || error is AsyncRuleFailure
        let id = audit.denied(
            .handlerError, severity: isFault ? .error : .notice, outcome: isFault ? .failed : .denied, client, event: route.event,
            rule: "builtin.handler", reason: reply.code.description, generation: client.policy.generation)
        if isFault {
            log("a handler failed", .error, route, error, decision: id)
        } else if (error as? GatewayError)?.cause != nil {
            // The client gets only the code, so the log needs the cause.
            log("a handler refused an event", .warning, route, error, decision: id)
        }
        fail(socket, reply, decision: id, event: route.event, ackID: ackID)
    }

    func log(_ text: Logger.Message, _ level: Logger.Level, _ route: MountedRoute, _ error: any Error, decision: String) {
        logger.log(
            level: level, text,
            metadata: ["event": "\(route.event)", "gateway": "\(route.gateway)", "decision": "\(decision)", "error": "\(error)"])
    }

    func filtered(_ route: MountedRoute, _ error: any Error, _ context: EventContext) -> ErrorReply? {
        for filter in route.filters {
            if let reply = filter.reply(to: error, in: context) { return reply }
        }
        return nil
    }

    static func reply(to error: any Error) -> ErrorReply {
        switch error {
        case let error as GatewayError: ErrorReply(code: error.code, message: error.message)
        case is AsyncRuleFailure: ErrorReply(.unavailable, "The payload cannot be checked now; try again")
        default: .internalError
        }
    }

    /// Sends an error object: to the ack if asked for, else as `exception`; never both.
    func fail(_ socket: Socket, _ given: ErrorReply, decision: String, event: String, ackID: UInt64?) {
        var reply = given
        if let client = socket.clientState, !client.policy.settings.namesViolations { reply.violations = [] }
        if let ackID {
            socket.acknowledge(ackID) { write(ErrorPayload(reply: reply, decision: decision), to: &$0) }
        } else {
            socket.emitSystem(.exception, ErrorPayload(reply: reply, decision: decision, pattern: event))
        }
    }

    /// POL-09, mode `warn`: the event goes on, and the client gets a warning.
    func warn(_ socket: Socket, event: String, decision: String) {
        let reply = ErrorReply(code: .wouldDeny, message: "This would be refused if the rule were enforced")
        socket.emitSystem(.exception, ErrorPayload(reply: reply, decision: decision, pattern: event, status: "warning"))
    }

    private func write(_ payload: ErrorPayload, to buffer: inout BufferWriter) {
        // An error object has only strings and integers, so writing cannot fail.
        try? payload.encode(into: &buffer)
    }
}

/// Opens an existential for a generic argument.
struct EncodableBox: JSONEncodable {
    let value: any JSONEncodable

    init(_ value: any JSONEncodable) { self.value = value }

    func encode(to writer: inout JSONWriter) { value.encode(to: &writer) }
}
