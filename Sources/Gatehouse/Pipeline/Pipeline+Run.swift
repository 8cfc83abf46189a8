import GatehouseAudit
import GatehouseJSON
import GatehousePolicy
import Logging
import NIOCore
import SocketIO

/// Guards, interceptors, pipes and handler. What does not suspend runs right here; no task is made for it.
extension Pipeline {
    func run(
        _ route: MountedRoute, _ payload: RawPayload, _ context: EventContext, _ socket: Socket, _ client: ClientState, ackID: UInt64?
    ) -> HandlerProgress {
        var pendingGuards: PendingGuards?
        if let guards = route.guards {
            do {
                switch try guards.start(GuardRequest(context: context, payload: payload)) {
                case .settled(.allow): break
                case .settled(.deny(let reason)):
                    refuse(socket, client, route, context, GuardRefusal(reason: reason), ackID: ackID)
                    return .finished
                case .waiting(let rest): pendingGuards = rest
                }
            } catch {
                refuse(socket, client, route, context, GuardRefusal(error), ackID: ackID)
                return .finished
            }
        }
        // A guard may have put the client out.
        guard socket.isConnected else { return .finished }
        if pendingGuards == nil, let direct = route.direct {
            do {
                succeed(socket, try direct(payload, context), context, ackID: ackID)
            } catch {
                fail(socket, client, route, error, context, ackID: ackID)
            }
            return .finished
        }
        return suspendable(route, pendingGuards, payload, context, socket, client, ackID: ackID)
    }

    /// Starts a task on this event loop. It runs up to its first suspension before this returns; if there is none, it is finished by then.
    private func suspendable(
        _ route: MountedRoute, _ guards: PendingGuards?, _ payload: RawPayload, _ context: EventContext, _ socket: Socket,
        _ client: ClientState, ackID: UInt64?
    ) -> HandlerProgress {
        guard let state = socket.connection.connectionState, state.unfinished < unfinishedLimit else {
            let id = audit.denied(
                .messageDenied, client, event: route.event, rule: "builtin.handlers", reason: "unfinished_handlers",
                generation: client.policy.generation)
            fail(socket, ErrorReply(.limit, Self.tooManyUnfinished), decision: id, event: route.event, ackID: ackID)
            return .finished
        }
        state.unfinished += 1
        let handler = RunningHandler(
            pipeline: self, route: route, socket: socket, client: client, context: context, ackID: ackID,
            deadline: loop.now + TimeAmount(runtime.handlerTimeout))
        let bound = NIOLoopBound(handler, eventLoop: loop.eventLoop)
        let task = Task.immediate(executorPreference: executor) {
            let result = await EventInHand.$ofTask.withValue(context.inHand) { await Pipeline.execute(route, guards, payload, context) }
            bound.value.finished(result)
        }
        guard !handler.isSettled else { return .finished }
        handler.attach(task)
        guard socket.isConnected else {
            handler.cancel()
            return .finished
        }
        state.running.append(handler)
        arm(socket.connection, state)
        return .running
    }

    private static func execute(
        _ route: MountedRoute, _ guards: PendingGuards?, _ payload: RawPayload, _ context: EventContext
    ) async -> Result<HandlerOutput, any Error> {
        if let guards {
            do {
                if case .deny(let reason) = try await guards() { return .failure(GuardRefusal(reason: reason)) }
                // SEC-29: a guard that answers too late has refused; its client was told so already.
                try Task.checkCancellation()
                guard context.client.isConnectedOnLoop else { throw CancellationError() }
            } catch {
                return .failure(GuardRefusal(error))
            }
        }
        do {
            return .success(try await route.run(payload, context))
        } catch {
            return .failure(error)
        }
    }

    /// A handler's task has ended, on this event loop. If its time was up before, or the client has gone, nobody waits for it any more.
    func finished(_ handler: RunningHandler, _ result: Result<HandlerOutput, any Error>) {
        handler.socket.connection.connectionState?.unfinished -= 1
        let route = handler.route
        let wasRunning = forget(handler)
        guard handler.settle() else { return }
        if handler.socket.isConnected {
            switch result {
            case .success(let output): succeed(handler.socket, output, handler.context, ackID: handler.ackID)
            case .failure(let error as GuardRefusal):
                refuse(handler.socket, handler.client, route, handler.context, error, ackID: handler.ackID)
            case .failure(let error): fail(handler.socket, handler.client, route, error, handler.context, ackID: handler.ackID)
            }
        }
        handler.client.endEvent()
        if wasRunning { handler.socket.connection.handlerFinished(handler.socket) }
    }

    /// REL-25: the client is told, its next event is handled, and whatever the handler still does is nobody's any more.
    func timedOut(_ handler: RunningHandler) {
        _ = forget(handler)
        guard !handler.isSettled else { return }
        handler.cancel()
        handler.client.endEvent()
        guard handler.socket.isConnected else { return }
        let id = audit.denied(
            .handlerError, handler.client, event: handler.context.event, rule: "builtin.timeout", reason: "timeout",
            generation: handler.client.policy.generation)
        fail(
            handler.socket, ErrorReply(.timeout, "The handler took too long"), decision: id, event: handler.context.event,
            ackID: handler.ackID)
        handler.socket.connection.handlerFinished(handler.socket)
    }

    /// The client has left: nobody waits for what it asked for, and whatever has not begun does not.
    func cancelHandlers(of socket: Socket) {
        guard let state = socket.connection.connectionState else { return }
        for handler in state.running where handler.socket === socket {
            handler.cancel()
            handler.client.endEvent()
        }
        state.running.removeAll { $0.socket === socket }
    }

    /// How many handlers and hooks of one connection may be at work: one for each of its namespaces, and some that do not heed their
    /// cancellation. Leaving and joining again starts no more than these.
    var unfinishedLimit: Int { loop.limits.namespacesPerConnection + 64 }

    static let tooManyUnfinished = "Too much is still at work for this connection; wait"

    private func forget(_ handler: RunningHandler) -> Bool {
        guard let state = handler.socket.connection.connectionState,
            let index = state.running.firstIndex(where: { $0 === handler })
        else { return false }
        state.running.remove(at: index)
        return true
    }

    /// A guard said no, threw, or had no answer: a refusal with a decision id (SEC-29). One that could not decide has refused, but that is
    /// not counted as the client's fault.
    private func refuse(
        _ socket: Socket, _ client: ClientState, _ route: MountedRoute, _ context: EventContext, _ refusal: GuardRefusal, ackID: UInt64?
    ) {
        let id = audit.denied(
            .messageDenied, client, event: route.event, rule: "guard:\(route.gateway).\(route.event)", reason: refusal.reason,
            generation: client.policy.generation)
        var reply = ErrorReply.forbidden
        if let error = refusal.cause {
            if refusal.isFault { log("a guard failed", .error, route, error, decision: id) }
            reply = filtered(route, error, context) ?? (error is GatewayError ? Self.reply(to: error) : reply)
        }
        fail(socket, reply, decision: id, event: route.event, ackID: ackID)
        if !refusal.isFault { violation(socket, decision: id) }
    }
}

/// What is left of the guards when one of them wants to wait.
private typealias PendingGuards = @Sendable () async throws -> GuardVerdict

/// A guard's refusal, also on its way out of the task.
private struct GuardRefusal: Error {
    let reason: String
    /// What the guard threw.
    let cause: (any Error)?
    /// Whether the guard could not decide, and so the client is not to blame.
    let isFault: Bool

    init(reason: String) {
        self.reason = reason
        cause = nil
        isFault = false
    }

    /// What a guard throws with a code is its answer; anything else, and what says that something is out of order, is a fault.
    init(_ error: any Error) {
        cause = error
        if let error = error as? GatewayError {
            reason = error.code.description
            isFault = error.isFault
        } else {
            reason = "guard_error"
            isFault = true
        }
    }
}
