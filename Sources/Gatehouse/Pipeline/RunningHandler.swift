import GatehouseLiveObjects
import NIOCore
import SocketIO

/// A handler that has suspended. Bound to the event loop of its socket; it is settled once: by its end, its deadline, or the
/// client's leaving the namespace.
///
/// Its task owns it. It holds the socket and the pipeline until it is settled: a handler that does not heed its cancellation keeps no more
/// than it was called with, the payload and the context.
final class RunningHandler {
    /// The awaited event.
    struct Call {
        let pipeline: Pipeline
        let socket: Socket
        let client: ClientState
    }

    let route: MountedRoute
    /// `nil` once it is settled.
    private(set) var call: Call?
    private let connection: ConnectionState
    let payload: RawPayload
    let context: EventContext
    let ackID: UInt64?
    let deadline: NIODeadline
    private var task: Task<Void, Never>?
    /// Set when it has suspended.
    private var mark: LiveMark?

    init(
        _ call: Call, on connection: ConnectionState, route: MountedRoute, payload: RawPayload, context: EventContext, ackID: UInt64?,
        deadline: NIODeadline
    ) {
        self.call = call
        self.connection = connection
        self.route = route
        self.payload = payload
        self.context = context
        self.ackID = ackID
        self.deadline = deadline
    }

    var isSettled: Bool { call == nil }

    /// The task has ended. If its time was up before, or the client has gone, nobody waits for it any more.
    func finished(_ result: Result<HandlerOutput, any Error>) {
        connection.unfinished -= 1
        mark = nil
        guard let call = settle() else { return }
        call.pipeline.finished(self, call, result)
    }

    /// It has suspended.
    func attach(_ task: Task<Void, Never>, counted live: LiveObjects) {
        self.task = task
        mark = LiveMark(live, .tasks)
    }

    /// - Returns: what was waited for, if this call settled it.
    private func settle() -> Call? {
        defer {
            call = nil
            task = nil
        }
        return call
    }

    /// Settles it before its end.
    /// - Returns: what was waited for, if this call settled it.
    @discardableResult
    func cancel() -> Call? {
        task?.cancel()
        return settle()
    }
}

@available(*, unavailable)
extension RunningHandler: Sendable {}
