import NIOCore
import SocketIO

/// Runs the jobs of handlers on one event loop, so that a handler starts, and goes on after each suspension, where its client's state is.
///
/// A handler that continues after the server has stopped runs on Swift's global executor, because its event loop has ended. Its result is
/// ignored.
final class LoopTaskExecutor: TaskExecutor {
    private let entrance: LoopEntrance

    init(_ entrance: LoopEntrance) { self.entrance = entrance }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let isTaken = entrance.execute { unsafe job.runSynchronously(on: self.asUnownedTaskExecutor()) }
        if !isTaken { globalConcurrentExecutor.enqueue(job) }
    }
}
