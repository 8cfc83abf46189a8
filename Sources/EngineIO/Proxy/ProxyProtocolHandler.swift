import GatehouseNetwork
import NIOCore

/// Reads the PROXY header at the beginning of a trusted proxy's connection, and then sets the connection up for the client that it names. A
/// connection without one, or with a late one, is closed.
final class ProxyProtocolHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let loop: EngineLoop
    /// The proxy.
    private let proxy: SocketAddress?
    private var context: ChannelHandlerContext?
    private var received = ByteBuffer()
    private var deadline: DeadlineWheel<any DeadlineTarget>.Handle?
    private var hasEnded = false

    init(loop: EngineLoop, proxy: SocketAddress?) {
        self.loop = loop
        self.proxy = proxy
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        loop.add(self)
        deadline = loop.schedule(self, at: loop.now + loop.configuration.timeouts.head)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        end()
        self.context = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        guard !hasEnded else { return context.fireChannelRead(data) }
        // Copied: the loop reuses its buffer for the next read.
        received.writeBytes(bytes.readableBytesView)
        loop.receiveBuffers.giveBack(bytes)
        do throws(ProxyHeader.Fault) {
            guard let header = try ProxyHeader.read(received.readableBytesView) else {
                // No header is longer, so this one is none.
                if received.readableBytes > ProxyHeader.longest { refuse(context) }
                return
            }
            received.moveReaderIndex(forwardBy: header.length)
            handOver(context, ConnectionPeer(header, loop.configuration))
        } catch {
            refuse(context)
        }
    }

    private func handOver(_ context: ChannelHandlerContext, _ client: ConnectionPeer) {
        end()
        do {
            try ConnectionSetup.begin(context.channel, loop, client)
        } catch {
            context.close(promise: nil)
            return
        }
        let rest = received
        received = ByteBuffer()
        if rest.readableBytes > 0 { context.fireChannelRead(wrapInboundOut(ByteBuffer(bytes: rest.readableBytesView))) }
        context.pipeline.syncOperations.removeHandler(self, promise: nil)
    }

    private func refuse(_ context: ChannelHandlerContext) {
        loop.noteTurnedAway(.proxyHeader, from: ClientAddress(proxy?.ip))
        context.close(promise: nil)
    }

    private func end() {
        guard !hasEnded else { return }
        hasEnded = true
        if let deadline { loop.cancel(deadline) }
        deadline = nil
        loop.remove(self)
    }
}

@available(*, unavailable)
extension ProxyProtocolHandler: Sendable {}

extension ProxyProtocolHandler: LoopConnection {
    func applyReading() { try? context?.channel.syncOptions?.setOption(.autoRead, value: !loop.isReadingHeld) }
    func shutDown() { context?.close(promise: nil) }
    func abort() { context?.close(promise: nil) }
    var heldBytes: Int { received.capacity }
    var isBeingAnswered: Bool { false }
}

extension ProxyProtocolHandler: DeadlineTarget {
    func deadlineReached(_ now: NIODeadline) {
        deadline = nil
        guard let context else { return }
        // Nothing bounds these connections but this deadline. While input may lie unread the proxy is not at fault, and is not blamed.
        if loop.mayHoldInput(now) { context.close(promise: nil) } else { refuse(context) }
    }
}
