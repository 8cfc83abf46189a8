import NIOCore

/// A wait with a deadline. Belongs to one event loop.
struct PendingReply<Value: Sendable> {
    private let promise: EventLoopPromise<Value>
    private let timeout: Scheduled<Void>

    var future: EventLoopFuture<Value> { promise.futureResult }

    /// - Parameter expire: run at the end of the time; its owner then forgets this reply and fails it.
    init(on loop: any EventLoop, within time: Duration, expire: @escaping () -> Void) {
        promise = loop.makePromise(of: Value.self)
        timeout = loop.assumeIsolated().scheduleTask(in: TimeAmount(time), expire)
    }

    func succeed(_ value: Value) {
        timeout.cancel()
        promise.succeed(value)
    }

    func fail(_ error: any Error) {
        timeout.cancel()
        promise.fail(error)
    }
}
