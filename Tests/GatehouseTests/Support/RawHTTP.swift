import GatehouseTestSupport
import NIOCore
import NIOPosix

/// One HTTP request on a connection of its own, answered with all that comes until the server closes it.
enum RawHTTP {
    static func send(_ method: String, _ target: String, fields: String = "", body: String = "", to url: String) async throws -> String {
        let port = Int(url.split(separator: ":").last ?? "") ?? 0
        let group = MultiThreadedEventLoopGroup.singleton
        let done = group.next().makePromise(of: String.self)
        let channel = try await ClientBootstrap(group: done.futureResult.eventLoop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Collector(done)) }
            }
            .connect(host: "127.0.0.1", port: port).get()
        let head =
            "\(method) \(target) HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\(fields)"
            + "Content-Length: \(body.utf8.count)\r\n\r\n"
        try await channel.writeAndFlush(ByteBuffer(string: head + body))
        return try await done.futureResult.get(within: patience)
    }

    private final class Collector: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private let done: EventLoopPromise<String>
        private var text = ""

        init(_ done: EventLoopPromise<String>) { self.done = done }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) { text += String(buffer: unwrapInboundIn(data)) }

        func channelInactive(context: ChannelHandlerContext) { done.succeed(text) }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { done.fail(error) }
    }
}

extension TestServer {
    /// Joins by polling and then polls no more: a client that is connected and not ready for anything.
    /// - Returns: the session's id.
    func stall(_ subject: String, lifetime: Int64 = 3_600) async throws -> String {
        let target = "/socket.io/?EIO=4&transport=polling"
        let opened = try await RawHTTP.send("GET", target, to: url)
        let sid = String(opened.split(separator: "\"sid\":\"").last?.prefix { $0 != "\"" } ?? "")
        let token = try TestTokens.token(subject, lifetime: lifetime, now: clock.wallMilliseconds / 1_000)
        _ = try await RawHTTP.send("POST", target + "&sid=\(sid)", body: "40{\"token\":\"\(token)\"}", to: url)
        _ = try await RawHTTP.send("GET", target + "&sid=\(sid)", to: url)
        return sid
    }
}
