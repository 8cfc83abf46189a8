import NIOCore

/// What every accepted connection gets, whichever way it came to its loop.
enum ConnectionSetup {
    static func install(on channel: any Channel, _ loop: EngineLoop, tls: (any ChannelHandler)?, replay: ByteBuffer = ByteBuffer()) throws {
        let buffers = NIOLoopBound(loop.receiveBuffers, eventLoop: loop.eventLoop)
        let options = channel.syncOptions
        try options?.setOption(.recvAllocator, value: LoopReceiveAllocator(buffers, eventLoop: loop.eventLoop))
        try options?.setOption(.maxMessagesPerRead, value: 1)
        try? options?.setOption(.socketOption(.tcp_nodelay), value: 1)
        let address = channel.remoteAddress
        let bytes = address.flatMap(AddressRange.bytes)
        let isProxy = bytes.map { bytes in loop.configuration.trustedProxies.contains { $0.contains(bytes) } } ?? true
        let counted = isProxy ? nil : bytes.map(ClientAddress.text)
        let slot = ConnectionSlot(ledger: loop.ledger, address: counted)
        let refusal = loop.ledger.connectionOpened(counted)
        let pipeline = channel.pipeline.syncOperations
        if let tls {
            try pipeline.addHandler(ReceiveBufferReturn(loop.receiveBuffers))
            try pipeline.addHandler(tls)
        }
        try pipeline.addHandler(
            HTTPConnectionHandler(
                loop: loop, slot: slot, isSecure: tls != nil, refusal: replay.readableBytes > 0 ? nil : refusal, replay: replay)
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
