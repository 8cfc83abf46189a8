import NIOCore
import NIOHTTP1

/// A kept-alive HTTP connection that is opened when it is needed, and again after the server closed it. One request at a time.
final class HTTPLine {
    private let dialer: Dialer
    private(set) var channel: (any Channel)?
    private var exchange: HTTPExchange?
    private var isClosed = false

    init(_ dialer: Dialer) { self.dialer = dialer }

    func request(_ head: HTTPRequestHead, body: ByteBuffer? = nil) -> EventLoopFuture<HTTPReply> {
        let promise = dialer.loop.makePromise(of: HTTPReply.self)
        guard !isClosed else {
            promise.fail(SocketIOClientError(.unreachable, "The HTTP connection is closed."))
            return promise.futureResult
        }
        if let channel, let exchange, channel.isActive {
            exchange.send(head, body: body, promise: promise)
            return promise.futureResult
        }
        let exchange = HTTPExchange()
        let bound = NIOLoopBound(exchange, eventLoop: dialer.loop)
        let opened = dialer.connect { channel in
            try channel.pipeline.syncOperations.addHTTPClientHandlers()
            try channel.pipeline.syncOperations.addHandler(bound.value)
        }
        opened.assumeIsolated().whenComplete { result in
            switch result {
            case .success(let channel):
                guard !self.isClosed else {
                    channel.close(promise: nil)
                    promise.fail(SocketIOClientError(.unreachable, "The HTTP connection is closed."))
                    return
                }
                self.channel = channel
                self.exchange = exchange
                exchange.send(head, body: body, promise: promise)
            case .failure(let error):
                promise.fail(SocketIOClientError(.unreachable, "The server could not be reached.", cause: error))
            }
        }
        return promise.futureResult
    }

    /// Closes the connection between two requests; the next one opens another.
    func hangUp() {
        channel?.close(promise: nil)
        (channel, exchange) = (nil, nil)
    }

    /// Ends for good.
    func close() -> EventLoopFuture<Void> {
        isClosed = true
        guard let channel else { return dialer.loop.makeSucceededVoidFuture() }
        channel.close(promise: nil)
        return channel.closeFuture
    }
}

@available(*, unavailable)
extension HTTPLine: Sendable {}
