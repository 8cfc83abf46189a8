import NIOCore
import NIOEmbedded

@testable import GatehouseTLS

/// A server's TLS handler in an embedded channel, and a client engine that talks to it.
final class HandlerHarness {
    let channel = EmbeddedChannel()
    let client: TLSEngine
    let probe = TransportProbe()
    let recorder = Recorder()
    let handler: TLSHandler

    init(options: TLSHandlerOptions = .init(), connect: Bool = true) throws {
        let authority = try TestAuthority()
        client = try TLSEngine(client: authority.client(), peer: TLSPeerName("localhost"))
        handler = try TLSHandler(server: authority.server(), options: options)
        try channel.pipeline.syncOperations.addHandlers([probe, handler, recorder])
        if connect { try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait() }
    }

    /// Leaves nothing behind in the channel, whatever the test did to it.
    deinit {
        // An orderly close would wait for the client's `close_notify`.
        channel.triggerUserOutboundEvent(TLSAbort(), promise: nil)
        _ = try? channel.finish(acceptAlreadyClosed: true)
    }

    func handshake() throws {
        _ = try client.handshake()
        try exchange()
    }

    /// Carries ciphertext both ways until both sides are silent.
    func exchange() throws {
        while true {
            let fromClient = client.takeCiphertext()
            if let fromClient, channel.isActive { try channel.writeInbound(fromClient) }
            let fromServer = try takeFromServer()
            if fromServer == nil && fromClient == nil { return }
            if let fromServer {
                client.receive(fromServer)
                if client.state == .handshaking { _ = try client.handshake() }
            }
        }
    }

    /// All that the handler has sent, or `nil`.
    func takeFromServer() throws -> ByteBuffer? {
        var all: ByteBuffer?
        while var next = try channel.readOutbound(as: ByteBuffer.self) {
            if all == nil { all = next } else { all?.writeBuffer(&next) }
        }
        return all
    }

    /// What the client can read now, after an exchange.
    func clientReads() throws -> [UInt8] {
        try exchange()
        return try EnginePair.readAll(client)
    }

    func clientSends(_ text: String) throws {
        try client.write(ByteBuffer(string: text))
        try exchange()
    }
}

/// Between transport and TLS: counts what reaches the transport.
final class TransportProbe: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private(set) var writes = 0
    private(set) var flushes = 0
    private(set) var reads = 0
    private(set) var closes = 0

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        writes += 1
        context.write(data, promise: promise)
    }

    func flush(context: ChannelHandlerContext) {
        flushes += 1
        context.flush()
    }

    func read(context: ChannelHandlerContext) {
        reads += 1
        context.read()
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        closes += 1
        // An embedded channel closes whole whatever half is named; a socket does not.
        if mode == .output { promise?.succeed(()) } else { context.close(mode: mode, promise: promise) }
    }
}

/// Behind TLS: keeps what the application would see.
final class Recorder: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    var received: [UInt8] = []
    var errors: [TLSError.Code] = []
    var completed: TLSHandshakeCompleted?
    var inputClosed = 0
    var inactive = 0
    /// Called after each piece of data, as an application that answers or closes within `channelRead` would.
    var onRead: (ChannelHandlerContext, ByteBuffer) -> Void = { _, _ in }
    var onReadComplete: (ChannelHandlerContext) -> Void = { _ in }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = unwrapInboundIn(data)
        received += buffer.readableBytesView
        onRead(context, buffer)
    }

    func channelReadComplete(context: ChannelHandlerContext) { onReadComplete(context) }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? TLSHandshakeCompleted { completed = event }
        if case .some(.inputClosed) = event as? ChannelEvent { inputClosed += 1 }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if let error = error as? TLSError { errors.append(error.code) }
    }

    func channelInactive(context: ChannelHandlerContext) { inactive += 1 }
}

extension EventLoopFuture where Value == Void {
    /// The outcome, which must be there: waiting for one that never comes would hang the test.
    func settled() throws {
        let box = ResultBox()
        assumeIsolated().whenComplete { box.result = $0 }
        guard let result = box.result else { throw NotSettled() }
        try result.get()
    }
}

private final class ResultBox {
    var result: Result<Void, any Error>?
}

struct NotSettled: Error {}
