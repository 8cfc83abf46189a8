import NIOCore
import NIOHTTP1
import NIOWebSocket

@testable import GatehouseTesting

/// A raw WebSocket: frames in their order, and the end. Everything happens on its event loop.
final class WireSocket: Sendable {
    private let frames: NIOLoopBound<WireFrames>
    private let channel: any Channel

    private init(_ frames: NIOLoopBound<WireFrames>, _ channel: any Channel) {
        self.frames = frames
        self.channel = channel
    }

    deinit { channel.close(promise: nil) }

    /// Throws if the server refuses the upgrade; the error has the HTTP status.
    static func open(_ uri: String, _ wire: Wire) async throws -> WireSocket {
        let headers = HTTPHeaders([("Host", wire.dialer.address.hostHeader)])
        let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: uri, headers: headers)
        let (dialer, loop) = (wire.dialer, wire.loop)
        let (channel, frames) = try await loop.flatSubmit {
            let opened = loop.makePromise(of: Void.self)
            let frames = NIOLoopBound(WireFrames(opened, on: loop), eventLoop: loop)
            return dialer.connect { try install(frames, WebSocketHandshake(head) { error, _ in opened.fail(error) }, on: $0) }
                .flatMap { channel in opened.futureResult.map { (channel, frames) } }
        }.get()
        return WireSocket(frames, channel)
    }

    private static func install(_ frames: NIOLoopBound<WireFrames>, _ handshake: WebSocketHandshake, on channel: any Channel) throws {
        let handshake = NIOLoopBound(handshake, eventLoop: channel.eventLoop)
        let upgrader = NIOWebSocketClientUpgrader(maxFrameSize: 1 << 20, automaticErrorHandling: false) { channel, _ in
            channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(frames.value) }
        }
        try channel.pipeline.syncOperations.addHTTPClientHandlers(
            leftOverBytesStrategy: .forwardBytes,
            withClientUpgrade: (
                upgraders: [upgrader],
                completionHandler: { $0.pipeline.syncOperations.removeHandler(handshake.value, promise: nil) }
            )
        )
        try channel.pipeline.syncOperations.addHandler(handshake.value)
    }

    func send(_ packet: WirePacket) async throws {
        let frames = frames
        try await channel.eventLoop.submit { frames.value.send(packet) }.get()
    }

    /// The code of the server's close frame, once ``receive(within:)`` has told of the end; nil for an end without one.
    var closeCode: UInt16? {
        get async throws {
            let frames = frames
            return try await channel.eventLoop.submit { frames.value.closeCode }.get()
        }
    }

    /// The next packet; nil if the connection ended instead.
    func receive(within time: Duration = .seconds(15)) async throws -> WirePacket? {
        let frames = frames
        return try await channel.eventLoop.flatSubmit { frames.value.next(within: time) }.get()
    }
}

/// The last handler of a raw WebSocket's pipeline.
final class WireFrames: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundOut = WebSocketFrame

    private let loop: any EventLoop
    private let opened: EventLoopPromise<Void>
    private var context: ChannelHandlerContext?
    private var kept: [WirePacket?] = []
    private var asker: PendingReply<WirePacket?>?
    private(set) var closeCode: UInt16?

    init(_ opened: EventLoopPromise<Void>, on loop: any EventLoop) {
        self.opened = opened
        self.loop = loop
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        opened.succeed(())
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        switch frame.opcode {
        case .text: deliver(.text(String(buffer: frame.unmaskedData)))
        case .binary: deliver(.binary(Array(frame.unmaskedData.readableBytesView)))
        case .connectionClose:
            let payload = frame.unmaskedData
            closeCode = payload.getInteger(at: payload.readerIndex)
            context.close(promise: nil)
        default: break
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.context = nil
        deliver(nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    func send(_ packet: WirePacket) {
        guard let context else { return }
        let frame =
            switch packet {
            case .text(let text): WebSocketFrame(fin: true, opcode: .text, maskKey: .random(), data: ByteBuffer(string: text))
            case .binary(let bytes): WebSocketFrame(fin: true, opcode: .binary, maskKey: .random(), data: ByteBuffer(bytes: bytes))
            }
        context.writeAndFlush(wrapOutboundOut(frame), promise: nil)
    }

    func next(within time: Duration) -> EventLoopFuture<WirePacket?> {
        if let first = kept.first {
            // The end stays, for everybody who asks again.
            if first != nil { kept.removeFirst() }
            return loop.makeSucceededFuture(first)
        }
        let reply = PendingReply<WirePacket?>(on: loop, within: time) {
            self.asker?.fail(SocketIOClientError(.timeout, "No packet came within \(time)."))
            self.asker = nil
        }
        asker = reply
        return reply.future
    }

    private func deliver(_ packet: WirePacket?) {
        if let asker, packet != nil {
            self.asker = nil
            asker.succeed(packet)
        } else {
            kept.append(packet)
            asker?.succeed(nil)
            asker = nil
        }
    }
}

@available(*, unavailable)
extension WireFrames: Sendable {}
