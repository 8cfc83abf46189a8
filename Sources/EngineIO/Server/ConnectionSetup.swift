import GatehouseNetwork
import GatehouseTLS
import NIOCore

/// Sets up every connection, whichever way it came to its loop.
enum ConnectionSetup {
    /// A connection that was just accepted.
    static func accept(_ channel: any Channel, _ loop: EngineLoop, _ peer: ConnectionPeer) throws {
        let configuration = loop.configuration
        guard peer.isProxy || !configuration.servesProxiesOnly else {
            loop.noteTurnedAway(.noProxy, from: ClientAddress(peer.address?.ip))
            throw EngineRefusal.forbidden
        }
        try tune(channel, loop)
        guard configuration.readsProxyHeaders, peer.isProxy else { return try begin(channel, loop, peer) }
        try channel.pipeline.syncOperations.addHandler(ProxyProtocolHandler(loop: loop, proxy: peer.address))
    }

    /// Serves a connection whose other end is known.
    static func begin(_ channel: any Channel, _ loop: EngineLoop, _ peer: ConnectionPeer) throws {
        let handler = try loop.tls.map { try TLSHandler(server: $0.context(), resources: loop.tlsResources, options: $0.options) }
        try install(on: channel, loop, peer, tls: handler, replay: nil, hasMoved: false)
    }

    /// A connection that another loop gave up, with the bytes it had read.
    /// - Parameter peer: the other end as it was accepted: the kernel forgets it when the connection is reset, and the bytes are still there.
    static func adopt(_ channel: any Channel, _ loop: EngineLoop, _ peer: ConnectionPeer, tls: TLSHandler?, replay: ByteBuffer) throws {
        try tune(channel, loop)
        try install(on: channel, loop, peer, tls: tls, replay: replay, hasMoved: true)
    }

    /// A connection that another server accepted, with a request of ours that it had read.
    /// - Parameter isServed: whether the peer may speak plain HTTP with us.
    static func takeOver(_ channel: any Channel, _ loop: EngineLoop, _ peer: ConnectionPeer, isServed: Bool, replay: ByteBuffer) throws {
        guard isServed else {
            loop.noteTurnedAway(.noProxy, from: ClientAddress(peer.address?.ip))
            throw EngineRefusal.forbidden
        }
        try tune(channel, loop)
        try install(on: channel, loop, peer, tls: nil, replay: replay, hasMoved: false)
    }

    private static func tune(_ channel: any Channel, _ loop: EngineLoop) throws {
        let options = channel.syncOptions
        try options?.setOption(.recvAllocator, value: loop.receiveAllocator(.http, isFirst: true))
        try options?.setOption(.maxMessagesPerRead, value: 1)
        try options?.setOption(.writeBufferWaterMark, value: HTTPConnectionHandler.untaken)
        try? options?.setOption(.socketOption(.tcp_nodelay), value: 1)
    }

    private static func install(
        on channel: any Channel, _ loop: EngineLoop, _ remote: ConnectionPeer, tls: TLSHandler?, replay: ByteBuffer?, hasMoved: Bool
    ) throws {
        let peer = ClientAddress(remote.address?.ip)
        // A mounted connection has its request already: that one is answered.
        guard remote.isProxy || remote.isMounted || loop.letsIn(peer) else {
            loop.noteTurnedAway(.banned, from: peer)
            throw EngineRefusal.forbidden
        }
        let slot = ConnectionSlot(
            ledger: loop.ledger, live: loop.live, eventLoop: loop.eventLoop, peer: peer, isProxy: remote.isProxy, hasMoved: hasMoved)
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
