import EngineIO
import GatehouseLiveObjects
import NIOCore
import NIOPosix
import Testing

/// A server on a port of its own, gone at the end of `body`.
struct TestServer: Sendable {
    let server: EngineServer
    let port: Int
    let record: Record
    let group: MultiThreadedEventLoopGroup

    static let path = "/socket.io/"
    static func polling(_ sid: String = "") -> String { "\(path)?EIO=4&transport=polling" + (sid.isEmpty ? "" : "&sid=\(sid)") }
    static func webSocket(_ sid: String = "") -> String { "\(path)?EIO=4&transport=websocket" + (sid.isEmpty ? "" : "&sid=\(sid)") }

    static func with(
        loops: Int = 1,
        tls: EngineTLS? = nil,
        refusing: Set<String> = [],
        raises: Bool = true,
        _ configure: (inout EngineConfiguration) -> Void = { _ in },
        sourceLocation: SourceLocation = #_sourceLocation,
        _ body: (TestServer) async throws -> Void
    ) async throws {
        var configuration = EngineConfiguration()
        configure(&configuration)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: loops)
        let record = Record()
        let server = try await EngineServer(configuration: configuration, eventLoopGroup: group, tls: tls) { _ in
            EchoApplication(record, refusing: refusing, raises: raises)
        }
        let address = try await server.bind(host: "127.0.0.1", port: 0)
        let result: Result<Void, any Error>
        do {
            try await body(TestServer(server: server, port: address.port ?? 0, record: record, group: group))
            result = .success(())
        } catch {
            result = .failure(error)
        }
        _ = try await server.shutdown(interval: .milliseconds(1), within: .milliseconds(50))
        try await group.shutdownGracefully()
        let left = await LiveCounts.leftovers { server.live }
        #expect(left.isEmpty, "the server has stopped, and there still is: \(left)", sourceLocation: sourceLocation)
        try result.get()
    }

    func connect() async throws -> RawClient { try await RawClient(port: port) }

    /// Opens a polling session and returns its sid.
    func open(_ client: RawClient, fields: String = "") async throws -> String {
        let body = try await client.get(Self.polling(), fields: fields).body
        return Self.sid(body)
    }

    static func sid(_ open: String) -> String {
        String(open.split(separator: "\"sid\":\"").last?.prefix { $0 != "\"" } ?? "")
    }

    /// A client whose WebSocket session is open.
    func openWebSocket() async throws -> RawClient {
        let client = try await connect()
        _ = try await client.upgrade(Self.webSocket())
        _ = try await client.frame()
        return client
    }

    /// Runs the deadline wheels now, for tests with a clock of their own.
    func tick() async throws { _ = try await server.onEachLoop { $0.tick() } }
}
