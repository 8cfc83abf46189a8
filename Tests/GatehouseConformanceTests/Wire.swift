import NIOCore
import NIOHTTP1
import NIOPosix

@testable import GatehouseTesting

/// Raw HTTP requests to the conformance server, each on a connection of its own.
struct Wire: Sendable {
    let dialer: Dialer
    var loop: any EventLoop { dialer.loop }

    init() throws {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        dialer = try Dialer(loop: loop, address: ServerAddress(ConformanceServer.url), options: .init(), now: 0)
    }

    struct Reply: Sendable, Equatable {
        var status: Int
        var body: String
    }

    /// - Parameter uri: path and query.
    func request(_ method: HTTPMethod, _ uri: String, _ body: String? = nil) async throws -> Reply {
        let dialer = dialer
        let reply = try await loop.flatSubmit {
            let line = HTTPLine(dialer)
            let reply = line.request(Self.head(method, uri, body, dialer), body: body.map(ByteBuffer.init(string:)))
            reply.assumeIsolated().whenComplete { _ in _ = line.close() }
            return reply
        }.get()
        return Reply(status: reply.status, body: String(buffer: reply.body))
    }

    /// Sends a GET, and closes the connection once the request has left, without waiting for the reply.
    func abandon(_ uri: String) async throws {
        let dialer = dialer
        let channel = try await dialer.connect { try $0.pipeline.syncOperations.addHTTPClientHandlers() }.get()
        try await channel.writeAndFlush(HTTPClientRequestPart.head(Self.head(.GET, uri, nil, dialer)))
        try await channel.writeAndFlush(HTTPClientRequestPart.end(nil))
        try await channel.close()
    }

    private static func head(_ method: HTTPMethod, _ uri: String, _ body: String?, _ dialer: Dialer) -> HTTPRequestHead {
        var headers = HTTPHeaders([("Host", dialer.address.hostHeader)])
        if let body {
            headers.add(name: "Content-Type", value: "text/plain;charset=UTF-8")
            headers.add(name: "Content-Length", value: String(body.utf8.count))
        }
        return HTTPRequestHead(version: .http1_1, method: method, uri: uri, headers: headers)
    }
}
