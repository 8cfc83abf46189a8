import ArgumentParser
import NIOCore
import NIOPosix

/// The least that a server on NIO costs on this machine: bytes in, as many bytes out.
struct FloorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "floor",
        abstract: "A bare NIO TCP echo on one event loop.",
        discussion: """
            To a WebSocket load generator it looks like an echo: it answers the handshake, and then every frame of the agreed size with \
            an unmasked one of the same payload size. It reads no byte of a frame: it counts them, as a TCP echo does.
            """)

    @Option(help: "Port on 127.0.0.1.") var port = 9000
    @Option(help: "Payload bytes of each frame, at most 125.") var payload = 100

    func validate() throws {
        guard (1...125).contains(payload) else { throw ValidationError("--payload is 1 to 125") }
    }

    func run() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let payload = payload
        let channel = try await ServerBootstrap(group: group)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(.backlog, value: 1_024)
            .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(FloorHandler(payload: payload))
                }
            }
            .bind(host: "127.0.0.1", port: port).get()
        print("listening on \(channel.localAddress?.port ?? port)")
        try await channel.closeFuture.get()
    }
}

/// Counts frames and answers as many.
private final class FloorHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let frame: ByteBuffer
    private let inbound: Int
    private let outbound: Int
    private var isOpen = false
    private var rest = 0

    init(payload: Int) {
        inbound = payload + 6
        outbound = payload + 2
        var buffer = ByteBuffer()
        for _ in 0..<1_024 {
            buffer.writeInteger(UInt8(0x81))
            buffer.writeInteger(UInt8(truncatingIfNeeded: payload))
            buffer.writeRepeatingByte(UInt8(ascii: "x"), count: payload)
        }
        frame = buffer
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data).readableBytes
        guard isOpen else {
            isOpen = true
            let answer = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"
            return context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: answer)), promise: nil)
        }
        rest += bytes
        let frames = min(rest / inbound, 1_024)
        rest -= frames * inbound
        guard frames > 0, let slice = frame.getSlice(at: 0, length: frames * outbound) else { return }
        context.write(wrapOutboundOut(slice), promise: nil)
    }

    func channelReadComplete(context: ChannelHandlerContext) { context.flush() }
}

@available(*, unavailable)
extension FloorHandler: Sendable {}
