import NIOCore
import NIOHTTP1
import NIOWebSocket

/// A WebSocket of swift-nio's own codec; the last handler of its pipeline.
final class WebSocketLink: ChannelInboundHandler, ClientLink {
    typealias InboundIn = WebSocketFrame
    typealias OutboundOut = WebSocketFrame

    private enum Phase {
        case connecting, open, closing, ended
    }

    /// Frames and messages above this are refused.
    static let messageLimit = 16 * 1024 * 1024

    private let loop: any EventLoop
    private weak var delegate: (any ClientLinkDelegate)?
    private var phase = Phase.connecting
    private var context: ChannelHandlerContext?
    private(set) var channel: (any Channel)?
    var isSending: Bool { false }
    private var peerReason: CloseReason?
    private var failure: (any Error)?

    init(on loop: any EventLoop, delegate: any ClientLinkDelegate) {
        self.loop = loop
        self.delegate = delegate
    }

    /// Connects and asks for the upgrade; the delegate hears of the outcome.
    func start(_ dialer: Dialer, sid: String?) {
        let head = dialer.head(.GET, transport: "websocket", sid: sid)
        let bound = NIOLoopBound(self, eventLoop: loop)
        dialer.connect { channel in try bound.value.install(head, on: channel) }
            .assumeIsolated()
            .whenFailure { error in
                let error = SocketIOClientError(.unreachable, "The server could not be reached.", cause: error)
                self.end(CloseReason(.transport, error.message), error)
            }
    }

    private func install(_ head: HTTPRequestHead, on channel: any Channel) throws {
        self.channel = channel
        let handshake = WebSocketHandshake(head) { [weak self] error, reason in self?.end(reason, error) }
        let bound = NIOLoopBound(self, eventLoop: loop)
        let boundHandshake = NIOLoopBound(handshake, eventLoop: loop)
        let upgrader = NIOWebSocketClientUpgrader(maxFrameSize: Self.messageLimit, automaticErrorHandling: false) { channel, _ in
            channel.eventLoop.makeCompletedFuture {
                let aggregator = NIOWebSocketFrameAggregator(
                    minNonFinalFragmentSize: 0, maxAccumulatedFrameCount: 4_096, maxAccumulatedFrameSize: Self.messageLimit
                )
                try channel.pipeline.syncOperations.addHandlers([aggregator, bound.value])
            }
        }
        try channel.pipeline.syncOperations.addHTTPClientHandlers(
            leftOverBytesStrategy: .forwardBytes,
            withClientUpgrade: (
                upgraders: [upgrader],
                completionHandler: { context in
                    context.pipeline.syncOperations.removeHandler(boundHandshake.value, promise: nil)
                }
            )
        )
        try channel.pipeline.syncOperations.addHandler(handshake)
    }

    // MARK: Link

    func send(_ packets: [OutboundPacket]) {
        guard phase == .open, let context else { return }
        for packet in packets {
            switch packet {
            case .text(let text): write(.text, ByteBuffer(string: text), in: context)
            case .binary(let bytes): write(.binary, bytes, in: context)
            }
        }
        context.flush()
    }

    func close() -> EventLoopFuture<Void> {
        delegate = nil
        guard let channel else {
            phase = .ended
            return loop.makeSucceededVoidFuture()
        }
        if phase == .open, let context {
            phase = .closing
            sendClose(.normalClosure, in: context)
            let deadline = loop.scheduleTask(in: .seconds(1)) { channel.close(promise: nil) }
            channel.closeFuture.whenComplete { _ in deadline.cancel() }
        } else if phase != .closing {
            phase = .ended
            channel.close(promise: nil)
        }
        return channel.closeFuture
    }

    private func write(_ opcode: WebSocketOpcode, _ data: ByteBuffer, in context: ChannelHandlerContext) {
        context.write(wrapOutboundOut(WebSocketFrame(fin: true, opcode: opcode, maskKey: .random(), data: data)), promise: nil)
    }

    private func sendClose(_ code: WebSocketErrorCode, in context: ChannelHandlerContext) {
        var data = ByteBuffer()
        data.write(webSocketErrorCode: code)
        write(.connectionClose, data, in: context)
        context.flush()
    }

    private func end(_ reason: CloseReason, _ error: SocketIOClientError) {
        guard phase != .ended else { return }
        phase = .ended
        delegate?.linkEnded(reason, error: error, of: self)
        delegate = nil
    }

    // MARK: Handler

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        guard phase == .connecting else {
            context.close(promise: nil)
            return
        }
        phase = .open
        delegate?.linkReady(self)
    }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        switch frame.opcode {
        case .text: receive(text: String(buffer: frame.unmaskedData), in: context)
        case .binary: delegate?.linkReceived(.binary(frame.unmaskedData), from: self)
        case .ping where phase == .open:
            write(.pong, frame.unmaskedData, in: context)
            context.flush()
        case .connectionClose: receive(close: frame.unmaskedData, in: context)
        default: break
        }
    }

    private func receive(text: String, in context: ChannelHandlerContext) {
        do {
            delegate?.linkReceived(try EnginePacket(text: text), from: self)
        } catch {
            sendClose(.protocolError, in: context)
            context.close(promise: nil)
            end(CloseReason(.transport, error.message), error)
        }
    }

    private func receive(close data: ByteBuffer, in context: ChannelHandlerContext) {
        var data = data
        let code = data.readInteger(as: UInt16.self)
        peerReason = CloseReason(.server, code: code, String(buffer: data))
        if phase == .open { sendClose(code.map { WebSocketErrorCode(codeNumber: Int($0)) } ?? .normalClosure, in: context) }
        context.close(promise: nil)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .some(.inputClosed) = event as? ChannelEvent { context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        failure = error
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        let reason = peerReason ?? CloseReason(.transport, failure.map { "\($0)" } ?? "The connection was lost without a close frame.")
        end(reason, SocketIOClientError(.closed, "The connection is \(reason)", cause: failure, closeReason: reason))
        context.fireChannelInactive()
    }
}

@available(*, unavailable)
extension WebSocketLink: Sendable {}
