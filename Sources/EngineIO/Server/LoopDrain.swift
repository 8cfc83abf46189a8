import NIOCore

/// Closes the sessions of one loop a batch at a time, so that their clients do not all come back to the next node at once.
struct LoopDrain {
    let loop: EngineLoop
    let code: UInt16
    let reasonText: String
    let batch: Int
    let interval: TimeAmount

    func run(_ drained: EventLoopPromise<Void>) {
        guard loop.closeSessions(batch, code: code, reasonText: reasonText) else { return loop.drain(drained) }
        loop.eventLoop.assumeIsolated().scheduleTask(in: interval) { run(drained) }
    }
}
