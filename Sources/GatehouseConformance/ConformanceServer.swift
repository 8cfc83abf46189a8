import EngineIO
import GatehouseJSON
import NIOCore
import SocketIO

/// The server of protocol.md section 8: short heartbeats, nothing capped that a production server caps.
enum ConformanceServer {
    /// - Parameter pingTimeout: 200 ms for the suites.
    static func make(on group: any EventLoopGroup, pingTimeout: TimeAmount) async throws -> EngineServer {
        var configuration = configuration
        configuration.pingTimeout = pingTimeout
        let server = SocketIOServer(EchoApplication.namespaces, limits: limits, jsonLimits: .maximum)
        return try await EngineServer(configuration: configuration, eventLoopGroup: group) { engine in
            SocketIOLoop(engine: engine, server: server) { _ in EchoApplication() }
        }
    }

    private static var configuration: EngineConfiguration {
        var configuration = EngineConfiguration()
        configuration.path = "/socket.io/"
        configuration.pingInterval = .milliseconds(300)
        configuration.maxPayload = 1_000_000
        configuration.unauthenticatedMessage = 1_000_000
        configuration.unauthenticatedOutbound = configuration.outboundQueue
        configuration.connections = .none
        configuration.cors = CORSPolicy(origins: .any)
        // The largest echo of /ws-echo must be able to wait for its client.
        configuration.outboundQueue = 4 * webSocketLimits.message
        configuration.routes = [
            "/engine.io/": .engine { _ in EngineEcho() },
            "/ws-echo": .webSocket(webSocketLimits) { _, _ in WebSocketEcho() },
        ]
        return configuration
    }

    /// What Autobahn needs: messages of 16 MiB, also in fragments of 64 bytes and of one byte.
    private static let webSocketLimits = WebSocketLimits(message: 16 * 1_024 * 1_024, fragments: 131_072, leastFragment: 0)

    private static var limits: SocketIOLimits {
        var limits = SocketIOLimits()
        limits.connectTimeout = .milliseconds(1_000)
        limits.attachments = 64
        return limits
    }
}
