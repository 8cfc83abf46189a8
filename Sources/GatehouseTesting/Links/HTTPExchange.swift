import NIOCore
import NIOHTTP1

/// The end of one HTTP connection's pipeline: one request at a time. Belongs to the channel's event loop.
final class HTTPExchange: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    private var promise: EventLoopPromise<HTTPReply>?
    private var partial: HTTPReply?
    private var failure: (any Error)?
    private var context: ChannelHandlerContext?

    /// Sends a request whose reply completes `promise`.
    func send(_ head: HTTPRequestHead, body: ByteBuffer?, promise: EventLoopPromise<HTTPReply>) {
        guard let context, self.promise == nil else {
            promise.fail(SocketIOClientError(.unreachable, "The HTTP connection is closed or busy.", cause: failure))
            return
        }
        self.promise = promise
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if let body { context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil) }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        fail("The HTTP connection ended before the response.")
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            partial = HTTPReply(status: Int(head.status.code), body: ByteBuffer(), keepAlive: head.isKeepAlive)
        case .body(var part):
            partial?.body.writeBuffer(&part)
            if let size = partial?.body.readableBytes, size > HTTPReply.bodyLimit {
                fail("The response is longer than \(HTTPReply.bodyLimit) bytes.")
                context.close(promise: nil)
            }
        case .end:
            guard let reply = partial, let promise else { return }
            partial = nil
            self.promise = nil
            if !reply.keepAlive { context.close(promise: nil) }
            promise.succeed(reply)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        failure = error
        context.close(promise: nil)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .some(.inputClosed) = event as? ChannelEvent { context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        fail("The HTTP connection was closed before the response.")
        context.fireChannelInactive()
    }

    private func fail(_ message: String) {
        promise?.fail(SocketIOClientError(.unreachable, message, cause: failure))
        promise = nil
    }
}

@available(*, unavailable)
extension HTTPExchange: Sendable {}
