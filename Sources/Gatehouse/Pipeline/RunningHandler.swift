import NIOCore
import SocketIO

/// A handler that has suspended. Bound to the event loop of its socket; it is settled once: by its end, its deadline, or the
/// client's leaving the namespace.
final class RunningHandler {
    private unowned let pipeline: Pipeline
    let route: MountedRoute
    let socket: Socket
    let client: ClientState
    let context: EventContext
    let ackID: UInt64?
    let deadline: NIODeadline
    private(set) var isSettled = false
    private var task: Task<Void, Never>?

    init(
        pipeline: Pipeline, route: MountedRoute, socket: Socket, client: ClientState, context: EventContext, ackID: UInt64?,
        deadline: NIODeadline
    ) {
        self.pipeline = pipeline
        self.route = route
        self.socket = socket
        self.client = client
        self.context = context
        self.ackID = ackID
        self.deadline = deadline
    }

    /// The task has ended.
    func finished(_ result: Result<HandlerOutput, any Error>) { pipeline.finished(self, result) }

    func attach(_ task: Task<Void, Never>) {
        if isSettled { task.cancel() } else { self.task = task }
    }

    /// - Returns: whether this call settled it.
    func settle() -> Bool {
        guard !isSettled else { return false }
        isSettled = true
        task = nil
        return true
    }

    func cancel() {
        isSettled = true
        task?.cancel()
        task = nil
    }
}

@available(*, unavailable)
extension RunningHandler: Sendable {}
