import NIOCore

/// Closes the sessions of one loop a batch at a time, so that their clients do not all come back to the next node at once.
struct LoopDrain {
    let loop: EngineLoop
    let code: UInt16
    let reasonText: String
    let batch: Int
    let interval: TimeAmount
    /// When nobody is waited for any longer.
    let limit: NIODeadline

    /// - Parameter closed: succeeds when no session is left, or the limit has passed.
    func run(_ closed: EventLoopPromise<Void>) {
        guard loop.closeSessions(batch, code: code, reasonText: reasonText), .now() < limit else { return closed.succeed() }
        loop.eventLoop.assumeIsolated().scheduleTask(in: interval) { run(closed) }
    }
}
