/// Lets the holder of a handle ask the server to stop.
final class ClosingRequest: Sendable {
    /// For the code that stops the server.
    let requests: AsyncStream<Duration?>
    private let request: AsyncStream<Duration?>.Continuation

    init() {
        (requests, request) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// - Parameter limit: how long clients have to leave; `nil` for the configured time.
    func make(within limit: Duration? = nil) { request.yield(limit) }

    /// Ignores further requests.
    func end() { request.finish() }
}
