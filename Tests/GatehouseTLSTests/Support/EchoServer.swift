import NIOCore
import NIOPosix

@testable import GatehouseTLS

/// A TLS server on a real socket that sends back what it gets, and closes after `limit` bytes.
final class EchoServer {
    let port: Int
    private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    private let channel: any Channel

    init(_ context: TLSContext, limit: Int) async throws {
        let loop = group.next()
        let resources = try await loop.submit { NIOLoopBound(TLSLoopResources(eventLoop: loop), eventLoop: loop) }.get()
        channel = try await ServerBootstrap(group: group)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandlers([
                        TLSHandler(server: context, resources: resources.value), Echo(limit: limit),
                    ])
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        port = channel.localAddress?.port ?? 0
    }

    func stop() async throws {
        try await channel.close()
        try await group.shutdownGracefully()
    }

    private final class Echo: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer
        private var remaining: Int

        init(limit: Int) { remaining = limit }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let buffer = unwrapInboundIn(data)
            remaining -= buffer.readableBytes
            let isLast = remaining <= 0
            let write = context.writeAndFlush(data)
            if isLast {
                let box = NIOLoopBound(context, eventLoop: context.eventLoop)
                write.whenComplete { _ in box.value.close(promise: nil) }
            }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }
}
