import EngineIO
import NIOCore
import NIOHTTP1

/// Tells the mount of a connection when an answer of the server that accepted it has left. Bound to the channel's event loop.
final class AnswerWatch: ChannelOutboundHandler {
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private let mount: MountHandler

    init(_ mount: MountHandler) { self.mount = mount }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard case .end = unwrapOutboundIn(data) else { return context.write(data, promise: promise) }
        let promise = promise ?? context.eventLoop.makePromise(of: Void.self)
        promise.futureResult.assumeIsolated().whenSuccess { [mount] in mount.answerLeft() }
        context.write(data, promise: promise)
    }
}

@available(*, unavailable)
extension AnswerWatch: Sendable {}
