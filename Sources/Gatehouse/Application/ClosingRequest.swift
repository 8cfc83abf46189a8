/// How those who hold a server only by its handle ask it to stop.
final class ClosingRequest: Sendable {
    /// For the one who stops the server.
    let requests: AsyncStream<Void>
    private let request: AsyncStream<Void>.Continuation

    init() {
        (requests, request) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    func make() { request.yield() }

    /// Nobody is heard any more.
    func end() { request.finish() }
}
