import GatehouseJSON
import GatehouseLiveObjects
import NIOCore
import SocketIO

/// A stream that a handler has returned. Bound to the event loop of its socket; it ends with its sequence, with the client's leaving, when the
/// client cancels it, or when the client may not send the event any more.
///
/// Its task owns it. It holds the socket and the pipeline until it is settled.
final class RunningStream {
    typealias Call = RunningHandler.Call

    let route: MountedRoute
    let context: EventContext
    /// The payload that began it: its room decides whether the client still may.
    let payload: RawPayload
    /// `nil` once it is settled.
    private(set) var call: Call?
    /// `nil` once the ack has been sent.
    private var ackID: UInt64?
    private var task: Task<Void, Never>?
    /// How many elements go out before others get their turn.
    private static let batch: UInt64 = 64
    private var sent: UInt64 = 0
    /// Goes on when the client can take more, or the stream is over.
    private var paused: CheckedContinuation<Void, Never>?
    private let mark: LiveMark

    init(_ call: Call, _ route: MountedRoute, _ payload: RawPayload, _ context: EventContext, ackID: UInt64?, live: LiveObjects) {
        self.call = call
        self.route = route
        self.payload = payload
        self.context = context
        self.ackID = ackID
        mark = LiveMark(live, .tasks)
    }

    func attach(_ task: Task<Void, Never>) { self.task = task }

    /// Sends one element: the first value is the ack, if one is wanted, and every other is an event of the same name. Then waits until the
    /// client can take more.
    func send(_ output: HandlerOutput) async throws {
        guard let call else { throw CancellationError() }
        if let refusal = call.pipeline.refusal(of: self, call) { throw refusal }
        switch output {
        case .value(let value) where ackID == nil:
            call.pipeline.answer(call.socket, .event(route.event, value), context, ackID: nil)
        case .value:
            call.pipeline.answer(call.socket, output, context, ackID: ackID)
            ackID = nil
        case .none, .event, .stream:
            call.pipeline.answer(call.socket, output, context, ackID: nil)
        }
        sent &+= 1
        await withCheckedContinuation { continuation in
            paused = continuation
            guard sent % Self.batch == 0 else { return waitForRoom() }
            // A sequence that is always ready would keep the event loop from everybody else.
            let bound = NIOLoopBound(self, eventLoop: call.pipeline.loop.eventLoop)
            call.pipeline.loop.eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(1)) { bound.value.waitForRoom() }
        }
        if self.call == nil { throw CancellationError() }
    }

    private func waitForRoom() {
        guard let call else { return resume() }
        call.socket.onceItHasRoom { [weak self] in self?.resume() }
    }

    private func resume() {
        paused?.resume()
        paused = nil
    }

    /// The sequence has ended, or has failed.
    func finished(_ error: (any Error)?) {
        guard let call = settle(), call.socket.isConnected else { return }
        if let error {
            call.pipeline.fail(call.socket, call.client, route, error, context, ackID: ackID)
        } else if let ackID {
            call.socket.acknowledge(ackID) { _ in }
        }
    }

    /// Ends it before its end. A client that still waits for the ack gets an empty one.
    func cancel() {
        task?.cancel()
        guard let call = settle() else { return }
        if let ackID, call.socket.isConnected { call.socket.acknowledge(ackID) { _ in } }
    }

    private func settle() -> Call? {
        guard let call else { return nil }
        self.call = nil
        task = nil
        call.socket.connection.connectionState?.streams.removeAll { $0 === self }
        resume()
        return call
    }
}

@available(*, unavailable)
extension RunningStream: Sendable {}
