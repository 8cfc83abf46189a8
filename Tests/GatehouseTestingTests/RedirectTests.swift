import GatehouseTesting
import NIOCore
import NIOPosix
import Synchronization
import Testing

@Suite("A server that sends its clients elsewhere", .timeLimit(.minutes(1)))
struct RedirectTests {
    /// How many connections came to where a redirect points.
    private final class Visits: Sendable { let count = Atomic<Int>(0) }

    /// Answers whatever comes with a redirect.
    private final class Redirecting: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer
        private let port: Int
        private let status: String

        init(to port: Int, _ status: String) {
            self.port = port
            self.status = status
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let answer = "HTTP/1.1 \(status)\r\nLocation: http://127.0.0.1:\(port)/socket.io/\r\nContent-Length: 0\r\n\r\n"
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: answer)), promise: nil)
        }
    }

    @Test(
        "is not followed: a token goes to the address that was given, and nowhere else",
        arguments: ["301 Moved Permanently", "302 Found", "307 Temporary Redirect", "308 Permanent Redirect"],
        SocketIOClient.Transport.allCases)
    func notFollowed(_ status: String, _ transport: SocketIOClient.Transport) async throws {
        let visits = Visits()
        let group = MultiThreadedEventLoopGroup.singleton
        let elsewhere = try await ServerBootstrap(group: group)
            .childChannelInitializer { channel in
                visits.count.wrappingAdd(1, ordering: .relaxed)
                return channel.eventLoop.makeSucceededVoidFuture()
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let port = try #require(elsewhere.localAddress?.port)
        let server = try await ServerBootstrap(group: group)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Redirecting(to: port, status)) }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let error = await #expect(throws: SocketIOClientError.self) {
            try await SocketIOClient.connect(
                "http://127.0.0.1:\(server.localAddress?.port ?? 0)", options: .init(transport: transport))
        }
        #expect(error?.httpStatus == Int(status.prefix(3)))
        #expect(visits.count.load(ordering: .relaxed) == 0)
        try await server.close().get()
        try await elsewhere.close().get()
    }
}
