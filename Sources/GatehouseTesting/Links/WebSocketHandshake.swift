import NIOCore
import NIOHTTP1

/// Sends the upgrade request when the channel is active. Sees the response only if the server refused; removed once it accepted.
final class WebSocketHandshake: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    private let head: HTTPRequestHead
    private let refused: (SocketIOClientError, CloseReason) -> Void
    private var reply: HTTPReply?
    private var isOver = false

    /// - Parameter refused: called at most once, on the event loop, if there will be no WebSocket.
    init(_ head: HTTPRequestHead, refused: @escaping (SocketIOClientError, CloseReason) -> Void) {
        self.head = head
        self.refused = refused
    }

    func channelActive(context: ChannelHandlerContext) {
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            reply = HTTPReply(status: Int(head.status.code), body: ByteBuffer(), keepAlive: false)
        case .body(var part):
            reply?.body.writeBuffer(&part)
            if let size = reply?.body.readableBytes, size > HTTPReply.bodyLimit { context.close(promise: nil) }
        case .end:
            guard let reply else { return }
            let reason = CloseReason(.server, reply.summary)
            let message = "The server refused the WebSocket: \(reply.summary)"
            finish(SocketIOClientError(.refused, message, closeReason: reason, httpStatus: reply.status), reason)
            context.close(promise: nil)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .some(.inputClosed) = event as? ChannelEvent { context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        finish(SocketIOClientError(.unreachable, "The WebSocket handshake failed.", cause: error))
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        finish(SocketIOClientError(.unreachable, "The server closed the connection before it answered the WebSocket handshake."))
        context.fireChannelInactive()
    }

    private func finish(_ error: SocketIOClientError, _ reason: CloseReason? = nil) {
        guard !isOver else { return }
        isOver = true
        refused(error, reason ?? CloseReason(.transport, error.message))
    }
}

@available(*, unavailable)
extension WebSocketHandshake: Sendable {}
