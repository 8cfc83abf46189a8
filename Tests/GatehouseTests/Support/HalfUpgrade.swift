import GatehouseJSON
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import Testing

/// A session in the middle of its upgrade: it has joined by polling, its WebSocket has been probed, and the last word (`5`) is not said.
struct HalfUpgrade {
    private let server: TestServer
    private let sid: String
    private let socket: any Channel
    private let seen: NIOLockedValueBox<[UInt8]>

    init(_ server: TestServer, subject: String = "alice", lifetime: Int64 = 3_600) async throws {
        self.server = server
        let sid = try await server.stall(subject, lifetime: lifetime)
        self.sid = sid
        let seen = NIOLockedValueBox<[UInt8]>([])
        self.seen = seen
        let port = Int(server.url.split(separator: ":").last ?? "") ?? 0
        socket = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Listener(seen)) }
            }
            .connect(host: "127.0.0.1", port: port).get()
        let head =
            "GET /socket.io/?EIO=4&transport=websocket&sid=\(sid) HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        try await socket.writeAndFlush(ByteBuffer(string: head))
        try await server.eventually { seen.withLockedValue { $0.contains(Array("\r\n\r\n".utf8)) } }
        // A text frame of six bytes, masked with zeros.
        try await socket.writeAndFlush(ByteBuffer(bytes: [0x81, 0x86, 0, 0, 0, 0] + Array("2probe".utf8)))
        try await server.eventually { seen.withLockedValue { $0.contains(Array("3probe".utf8)) } }
    }

    /// Both ways are closed, and the next poll says why.
    func expectClosed(_ code: String) async throws {
        // A close frame; the connection below it waits for ours.
        try await server.eventually { seen.withLockedValue { $0.contains([0x88, 0x02]) } }
        let rest = try await RawHTTP.send("GET", "/socket.io/?EIO=4&transport=polling&sid=\(sid)", to: server.url)
        #expect(rest.contains("\"system.closed\",{\"code\":\"\(code)\""), "\(rest)")
        let after = try await RawHTTP.send("GET", "/socket.io/?EIO=4&transport=polling&sid=\(sid)", to: server.url)
        #expect(after.hasSuffix("\r\n\r\n1") || after.contains("400"), "\(after)")
    }

    private final class Listener: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private let seen: NIOLockedValueBox<[UInt8]>

        init(_ seen: NIOLockedValueBox<[UInt8]>) { self.seen = seen }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let bytes = unwrapInboundIn(data).readableBytesView
            seen.withLockedValue { $0 += bytes }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }
}
