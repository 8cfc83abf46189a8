import EngineIO
import GatehouseLiveObjects
import Logging
import NIOCore
import SocketIO

/// A life-cycle hook at work. What it throws ends with a line in the log (API-09), and so does one that takes too long: it is cancelled
/// (REL-25). Bound to the event loop of its connection, which may be gone before it.
final class RunningHook: DeadlineTarget {
    private let name: StaticString
    private let namespace: Namespace
    private let connection: ConnectionState?
    private let loop: EngineLoop
    private let logger: Logger
    private var task: Task<Void, Never>?
    private var deadline: DeadlineWheel<any DeadlineTarget>.Handle?
    private var hasEnded = false
    /// Set when it has suspended.
    private var mark: LiveMark?
    private var isLate = false
    /// Called once, if the hook goes on after its start: when it has ended, or its time is up.
    private var settled: (() -> Void)?

    init(_ name: StaticString, of socket: Socket, _ logger: Logger) {
        self.name = name
        namespace = socket.name
        connection = socket.connection.connectionState
        loop = socket.connection.loop.engine
        self.logger = logger
    }

    /// Runs the hook up to its first suspension, and sees to it that the rest ends in time.
    /// - Returns: whether there is a rest; only then is `settled` called.
    @discardableResult
    func start(
        on executor: LoopTaskExecutor, timeout: TimeAmount, settled: (() -> Void)? = nil,
        _ hook: @escaping @Sendable () async throws -> Void
    ) -> Bool {
        connection?.unfinished += 1
        let eventLoop = loop.eventLoop
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        let task = Task.immediate(executorPreference: executor) {
            var failure: (any Error)?
            // A hook belongs to no event, even if an event's handler led to it.
            do { try await EventInHand.$ofTask.withValue(nil) { try await hook() } } catch { failure = error }
            // Not on the loop: the server has stopped, and its state is gone.
            if eventLoop.inEventLoop { bound.value.ended(failure) }
        }
        guard !hasEnded else { return false }
        mark = LiveMark(loop.live, .tasks)
        self.task = task
        self.settled = settled
        deadline = loop.schedule(self, at: loop.now + timeout)
        return true
    }

    func deadlineReached(_ now: NIODeadline) {
        deadline = nil
        isLate = true
        task?.cancel()
        settle()
        logger.error("a life-cycle hook took too long and was cancelled", metadata: ["hook": "\(name)", "namespace": "\(namespace)"])
    }

    private func settle() {
        let settled = self.settled
        self.settled = nil
        settled?()
    }

    private func ended(_ error: (any Error)?) {
        hasEnded = true
        mark = nil
        connection?.unfinished -= 1
        task = nil
        if let deadline { loop.cancel(deadline) }
        deadline = nil
        settle()
        guard let error, !isLate else { return }
        logger.error("a life-cycle hook failed", metadata: ["hook": "\(name)", "namespace": "\(namespace)", "error": "\(error)"])
    }
}

@available(*, unavailable)
extension RunningHook: Sendable {}
