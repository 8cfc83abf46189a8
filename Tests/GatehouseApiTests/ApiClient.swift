import GatehouseAudit
import GatehouseJSON
import GatehouseTLS
import GatehouseTestSupport
import GatehouseTesting
import NIOCore
import NIOPosix

/// A back end: one HTTP request on a connection of its own, plain or over TLS.
struct ApiClient: Sendable {
    var url: String
    var token: String?
    var authorityPath: String?
    var identity: SocketIOClient.Identity?

    struct Answer: Sendable {
        let text: String

        var status: Int { Int(text.split(separator: " ").dropFirst().first ?? "") ?? 0 }
        var head: String { text.components("\r\n\r\n").first ?? "" }
        var json: JSONValue { (try? JSONValue(parsing: text.components("\r\n\r\n").dropFirst().joined(separator: "\r\n\r\n"))) ?? .null }
        var code: String? { json["code"]?.stringValue }
    }

    func post(
        _ call: String, _ body: JSONValue, fields: [(String, String)] = [], contentType: String = "application/json"
    ) async throws -> Answer {
        try await send("POST", "/api/" + call, body: body.serialized, fields: fields, contentType: contentType)
    }

    func send(
        _ method: String, _ path: String, body: String = "", fields: [(String, String)] = [], contentType: String = "application/json"
    ) async throws -> Answer {
        var head = "\(method) \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: \(contentType)\r\n"
        if let token { head += "Authorization: Bearer \(token)\r\n" }
        for (name, value) in fields { head += "\(name): \(value)\r\n" }
        return try await exchange(head + "Content-Length: \(body.utf8.count)\r\n\r\n" + body)
    }

    func exchange(_ request: String) async throws -> Answer {
        let port = Int(url.split(separator: ":").last ?? "") ?? 0
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let done = loop.makePromise(of: String.self)
        let identity = identity.map {
            TLSClientConfiguration.Identity(certificatePath: $0.certificatePath, privateKeyPath: $0.privateKeyPath)
        }
        let tls =
            url.hasPrefix("https:")
            ? try TLSContext.client(
                TLSClientConfiguration(authorityPath: authorityPath, identity: identity),
                now: AuditClock.system.wallMicroseconds() / 1_000_000) : nil
        let channel = try await ClientBootstrap(group: loop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls { try channel.pipeline.syncOperations.addHandler(TLSHandler(client: tls, peer: TLSPeerName("127.0.0.1"))) }
                    try channel.pipeline.syncOperations.addHandler(Collector(done))
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        channel.writeAndFlush(ByteBuffer(string: request), promise: nil)
        return Answer(text: try await done.futureResult.get(within: patience))
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

extension String {
    fileprivate func components(_ separator: String) -> [String] {
        split(separator: separator, omittingEmptySubsequences: false).map(String.init)
    }
}
