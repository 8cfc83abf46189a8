import EngineIO
import GatehouseAudit
import GatehouseJSON
import GatehousePolicy
import NIOCore
import SocketIO

/// Handlers that answer with a sequence (MDL-23). The socket's next events are handled meanwhile, and no handler timeout holds.
extension Pipeline {
    /// `stream.cancel`: a client ends the streams of an event that it has sent. It may always do that; nothing but its own streams end.
    static let cancelEvent = SystemEvent.streamCancel.rawValue

    func start(
        _ elements: AnswerStream, _ call: RunningStream.Call, _ route: MountedRoute, _ payload: RawPayload, _ context: EventContext,
        ackID: UInt64?
    ) {
        let socket = call.socket
        guard let state = socket.connection.connectionState else { return }
        guard state.streams.count < runtime.streamsPerConnection else {
            let id = audit.denied(
                .messageDenied, call.client, event: route.event, rule: "builtin.streams", reason: "limit_streams",
                generation: call.client.policy.generation)
            let reply = ErrorReply(
                .limit, "This connection has \(state.streams.count) streams, as many as it may have; end one of them first")
            return fail(socket, reply, decision: id, event: route.event, ackID: ackID)
        }
        let stream = RunningStream(call, route, payload, context, ackID: ackID, live: loop.engine.live)
        state.streams.append(stream)
        let eventLoop = loop.eventLoop
        let bound = NIOLoopBound(stream, eventLoop: eventLoop)
        let inHand = context.inHand
        let task = Task.immediate(executorPreference: executor) {
            // Not on the loop: the server has stopped, and its state is gone.
            do {
                // Restrictions of the sender hold also for what the elements' source sends.
                try await EventInHand.$ofTask.withValue(inHand) {
                    try await elements.forEach { output in
                        guard eventLoop.inEventLoop else { throw CancellationError() }
                        try await bound.value.send(output)
                    }
                }
                if eventLoop.inEventLoop { bound.value.finished(nil) }
            } catch {
                if eventLoop.inEventLoop { bound.value.finished(error) }
            }
        }
        if stream.call != nil { stream.attach(task) }
    }

    /// Why a client may not have the rest of a stream: its rights are those that it needs to send the event now.
    func refusal(of stream: RunningStream, _ call: RunningStream.Call) -> GatewayError? {
        let (client, socket) = (call.client, call.socket)
        let refusal = GatewayError(.forbidden, "You may not do this any more")
        guard isUpToDate(client, socket) else { return refusal }
        let event = client.policy.event(stream.route.event)
        let room = client.policy.roomLocation(for: event).flatMap { stream.payload.room(at: $0) }
        let decision = client.grants.decideSend(
            event: event, room: room, isJoined: room.map { socket.isIn($0) } ?? false, payloadBytes: 0, now: wallSeconds)
        return decision.isAllowed ? nil : refusal
    }

    /// Ends the streams of one event and one client; the ack says how many.
    func cancelStreams(_ payload: RawPayload, _ socket: Socket, _ client: ClientState, ackID: UInt64?) {
        guard case .string(let event)? = try? payload.argument(), payload.argumentCount == 1 else {
            let id = audit.denied(
                .messageInvalid, client, event: Self.cancelEvent, rule: "builtin.streams", reason: "payload",
                generation: client.policy.generation)
            fail(
                socket, ErrorReply(.invalid, "stream.cancel takes the name of the event"), decision: id, event: Self.cancelEvent,
                ackID: ackID)
            return violation(socket, decision: id)
        }
        let streams = socket.connection.connectionState?.streams ?? []
        let its = streams.filter { $0.call?.socket === socket && $0.route.event == event }
        for stream in its { stream.cancel() }
        if let ackID { socket.acknowledge(ackID, with: its.count) { _ in its.count } }
    }
}
