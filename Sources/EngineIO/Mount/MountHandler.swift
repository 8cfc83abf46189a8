package import NIOCore

/// The first handler of a connection that another server accepted: it lets that server have its requests and takes the connection over with
/// the first one of ours. Bound to the channel's event loop, which is none of ours.
///
/// A request of ours waits until every request before it is answered, and the answers have left: the connection leaves its channel.
package final class MountHandler: ChannelDuplexHandler {
    package typealias InboundIn = ByteBuffer
    package typealias InboundOut = ByteBuffer
    package typealias OutboundIn = ByteBuffer
    package typealias OutboundOut = ByteBuffer

    private let server: EngineServer
    private let timeout: TimeAmount
    private let speaksTLS: @Sendable () -> Void
    private var sorter: RequestSorter
    private var context: ChannelHandlerContext?
    private var answered: UInt64 = 0
    /// Our request, and what came behind it.
    private var waiting: ByteBuffer?
    private var isFirst = true
    /// When a head that has begun must be complete.
    private var deadline: Scheduled<Void>?

    /// - Parameter speaksTLS: told when a connection begins with TLS: nobody here can read it.
    package init(server: EngineServer, speaksTLS: @escaping @Sendable () -> Void) {
        self.server = server
        self.speaksTLS = speaksTLS
        timeout = server.configuration.timeouts.head
        let path = EnginePath.canonical(server.configuration.path)
        sorter = RequestSorter(limits: server.configuration.http) { EnginePath.canonical($0) == path }
    }

    package func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    package func handlerRemoved(context: ChannelHandlerContext) {
        deadline?.cancel()
        deadline = nil
        self.context = nil
    }

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        if isFirst, bytes.readableBytes > 0 {
            isFirst = false
            if bytes.readableBytesView.first == 0x16 { speaksTLS() }
        }
        guard waiting == nil else {
            waiting?.writeImmutableBuffer(bytes)
            return
        }
        let sorted = sorter.sort(bytes)
        if sorted.theirs.readableBytes > 0 { context.fireChannelRead(wrapInboundOut(sorted.theirs)) }
        waiting = sorted.ours
        limitHead(context)
        goOver()
    }

    /// While our request waits, nothing more is read.
    package func read(context: ChannelHandlerContext) {
        if waiting == nil { context.read() }
    }

    /// The server that accepted the connection has answered a request, and the answer has left.
    package func answerLeft() {
        answered &+= 1
        goOver()
    }

    private func goOver() {
        guard let context, let request = waiting, answered >= sorter.passed else { return }
        deadline?.cancel()
        deadline = nil
        self.context = nil
        server.takeOver(context, replaying: request)
    }

    private func limitHead(_ context: ChannelHandlerContext) {
        guard sorter.isHolding else {
            deadline?.cancel()
            deadline = nil
            return
        }
        guard deadline == nil else { return }
        deadline = context.eventLoop.assumeIsolated().scheduleTask(in: timeout) { context.close(promise: nil) }
    }
}

@available(*, unavailable)
extension MountHandler: Sendable {}
