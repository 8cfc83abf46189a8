import GatehouseTLS
import NIOCore

/// What every connection gets, whichever way it came to its loop.
enum ConnectionSetup {
    /// A connection that was just accepted.
    static func accept(_ channel: any Channel, _ loop: EngineLoop) throws {
        let handler = try loop.tls.map { try TLSHandler(server: $0.context(), resources: loop.tlsResources, options: $0.options) }
        try install(on: channel, loop, channel.remoteAddress, tls: handler, replay: nil)
    }

    /// A connection that another loop gave up, with the bytes it had read.
    /// - Parameter peer: the other end as it was accepted: the kernel forgets it when the connection is reset, and the bytes are still there.
    static func adopt(_ channel: any Channel, _ loop: EngineLoop, _ peer: SocketAddress?, tls: TLSHandler?, replay: ByteBuffer) throws {
        try install(on: channel, loop, peer, tls: tls, replay: replay)
    }

    private static func install(
        on channel: any Channel, _ loop: EngineLoop, _ remote: SocketAddress?, tls: TLSHandler?, replay: ByteBuffer?
    ) throws {
        let options = channel.syncOptions
        try options?.setOption(.recvAllocator, value: loop.receiveAllocator(.http, isFirst: true))
        try options?.setOption(.maxMessagesPerRead, value: 1)
        try options?.setOption(.writeBufferWaterMark, value: HTTPConnectionHandler.untaken)
        try? options?.setOption(.socketOption(.tcp_nodelay), value: 1)
        let bytes = remote.flatMap(AddressRange.bytes)
        // A trusted proxy's connections belong to many clients, so they are not counted by address; nor are those of unknown address.
        let isProxy = bytes.map { bytes in loop.configuration.trustedProxies.contains { $0.contains(bytes) } } ?? true
        let peer = bytes.map(ClientAddress.text)
        let counted = isProxy ? nil : peer
        let slot = ConnectionSlot(ledger: loop.ledger, peer: peer, address: counted, hasMoved: replay != nil)
        if let shortage = slot.shortage { loop.noteTurnedAway(.shortage(shortage), from: peer) }
        guard slot.admission != .turnedAway else { throw EngineRefusal.tooManyConnections }
        let pipeline = channel.pipeline.syncOperations
        if let tls {
            try pipeline.addHandler(ReceiveBufferReturn(loop.receiveBuffers))
            try pipeline.addHandler(tls)
        }
        try pipeline.addHandler(
            HTTPConnectionHandler(
                loop: loop,
                slot: slot,
                peer: remote,
                tls: tls,
                replay: replay ?? ByteBuffer()
            )
        )
    }
}

/// Gives the loop's receive buffer back after TLS has taken the bytes; without TLS the next handler does it.
private final class ReceiveBufferReturn: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    private let buffers: ReceiveBuffers

    init(_ buffers: ReceiveBuffers) {
        self.buffers = buffers
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = unwrapInboundIn(data)
        context.fireChannelRead(data)
        buffers.giveBack(buffer)
    }
}

@available(*, unavailable)
extension ReceiveBufferReturn: Sendable {}
