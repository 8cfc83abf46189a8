import EngineIO
import GatehouseAudit
import GatehouseJSON
import GatehousePolicy
import Logging
import NIOCore
import SocketIO

/// Guards, interceptors, pipes and handler. Work that does not suspend runs here, without a task.
extension Pipeline {
    func run(
        _ route: MountedRoute, _ payload: RawPayload, _ context: EventContext, _ socket: Socket, _ client: ClientState, ackID: UInt64?
    ) -> HandlerProgress {
        var pendingGuards: PendingGuards?
        if let guards = route.guards {
            do {
                switch try guards.start(EventRequest(context: context, payload: payload)) {
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
        // A guard may have disconnected the client.
        guard socket.isConnected else { return .finished }
        guard pendingGuards == nil, route.startsNow else {
            let rest: @Sendable () async throws -> HandlerOutput = { try await route.call(payload, context).finish() }
            return suspendable(route, pendingGuards, payload, rest, context, socket, client, ackID: ackID)
        }
        do {
            switch try route.call(payload, context) {
            case .done(let output): succeed(socket, client, route, payload, output, context, ackID: ackID)
            case .waiting(let rest): return suspendable(route, nil, payload, rest, context, socket, client, ackID: ackID)
            }
        } catch {
            fail(socket, client, route, error, context, ackID: ackID)
        }
        return .finished
    }

    /// Starts a task on this event loop. It runs up to its first suspension before this returns; if there is none, it is finished by then.
    private func suspendable(
        _ route: MountedRoute, _ guards: PendingGuards?, _ payload: RawPayload,
        _ rest: @escaping @Sendable () async throws -> HandlerOutput, _ context: EventContext, _ socket: Socket, _ client: ClientState,
        ackID: UInt64?
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
            RunningHandler.Call(pipeline: self, socket: socket, client: client), on: state, route: route, payload: payload,
            context: context, ackID: ackID,
            deadline: loop.now + TimeAmount(runtime.handlerTimeout))
        let eventLoop = loop.eventLoop
        let bound = NIOLoopBound(handler, eventLoop: eventLoop)
        let task = Task.immediate(executorPreference: executor) {
            let result = await EventInHand.$ofTask.withValue(context.inHand) { await Pipeline.execute(guards, rest, context) }
            // Not on the loop: the server has stopped, and its state is gone.
            if eventLoop.inEventLoop { bound.value.finished(result) }
        }
        guard !handler.isSettled else { return .finished }
        handler.attach(task, counted: loop.engine.live)
        guard socket.isConnected else {
            handler.cancel()
            return .finished
        }
        state.running.append(handler)
        arm(socket.connection, state)
        return .running
    }

    private static func execute(
        _ guards: PendingGuards?, _ rest: @Sendable () async throws -> HandlerOutput, _ context: EventContext
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
            return .success(try await rest())
        } catch {
            return .failure(error)
        }
    }

    /// A handler that somebody waits for has ended, on this event loop.
    func finished(_ handler: RunningHandler, _ call: RunningHandler.Call, _ result: Result<HandlerOutput, any Error>) {
        let (route, context, socket, client) = (handler.route, handler.context, call.socket, call.client)
        let wasRunning = forget(handler, on: socket.connection)
        if socket.isConnected {
            switch result {
            case .success(let output): succeed(socket, client, route, handler.payload, output, context, ackID: handler.ackID)
            case .failure(let error as GuardRefusal): refuse(socket, client, route, context, error, ackID: handler.ackID)
            case .failure(let error): fail(socket, client, route, error, context, ackID: handler.ackID)
            }
        }
        client.endEvent()
        if wasRunning { socket.connection.handlerFinished(socket) }
    }

    /// REL-25: the client is told, its next event is handled, and the late result of the handler is ignored.
    func timedOut(_ handler: RunningHandler) {
        guard let call = handler.cancel() else { return }
        let (socket, client, event) = (call.socket, call.client, handler.context.event)
        _ = forget(handler, on: socket.connection)
        client.endEvent()
        guard socket.isConnected else { return }
        let id = audit.denied(
            .handlerError, client, event: event, rule: "builtin.timeout", reason: "timeout", generation: client.policy.generation)
        fail(socket, ErrorReply(.timeout, "The handler took too long"), decision: id, event: event, ackID: handler.ackID)
        socket.connection.handlerFinished(socket)
    }

    /// The client has left: results are dropped, and waiting work does not begin.
    func cancelHandlers(of socket: Socket) {
        guard let state = socket.connection.connectionState else { return }
        let (its, others) = (
            state.running.filter { $0.call?.socket === socket }, state.running.filter { $0.call?.socket !== socket }
        )
        state.running = others
        for handler in its { handler.cancel()?.client.endEvent() }
        for stream in state.streams where stream.call?.socket === socket { stream.cancel() }
    }

    /// How many handlers and hooks of one connection may be at work: one for each of its namespaces, and some that do not heed their
    /// cancellation. Leaving and joining again starts no more than these.
    var unfinishedLimit: Int { loop.limits.namespacesPerConnection + 64 }

    static let tooManyUnfinished = "Too much is still at work for this connection; wait"

    private func forget(_ handler: RunningHandler, on connection: SocketIOConnection) -> Bool {
        guard let state = connection.connectionState, let index = state.running.firstIndex(where: { $0 === handler })
        else { return false }
        state.running.remove(at: index)
        return true
    }

    /// A guard refused, threw, or had no answer: a refusal with a decision id (SEC-29). If it could not decide, the client is not charged.
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
        if refusal.isClientsDoing { violation(socket, decision: id) }
    }
}

/// The remaining guards when one of them has to wait.
private typealias PendingGuards = @Sendable () async throws -> GuardVerdict

/// A guard's refusal, also on its way out of the task.
private struct GuardRefusal: Error {
    let reason: String
    /// The error that the guard threw.
    let cause: (any Error)?
    /// Whether the guard could not decide, and so the client is not to blame.
    let isFault: Bool
    /// Whether it counts as a broken rule.
    let isClientsDoing: Bool

    init(reason: String) {
        self.reason = reason
        cause = nil
        isFault = false
        isClientsDoing = true
    }

    /// An error with a code is the guard's answer. Any other error, and codes that report a failure, are faults.
    init(_ error: any Error) {
        cause = error
        if let error = error as? GatewayError {
            reason = error.code.description
            isFault = error.isFault
            isClientsDoing = !error.isNotClientsDoing
        } else {
            reason = "guard_error"
            isFault = true
            isClientsDoing = false
        }
    }
}
