import EngineIO
import GatehouseAudit
import GatehouseLiveObjects
import NIOConcurrencyHelpers
import NIOCore

/// Serves ``Monitoring`` on the event loops of its server.
final class MonitoringServer: Sendable {
    /// The state of the server's life cycle.
    enum Phase {
        case starting, serving, stopping
    }

    /// The most connections, of all event loops together.
    private static let connections = 64

    private let server: EngineServer
    private let phase: NIOLockedValueBox<Phase>
    /// The address as bound.
    let address: SocketAddress

    /// - Throws: ``StartError`` if the address cannot be listened on.
    init(_ monitoring: Monitoring, of runtime: ServerRuntime, _ engine: EngineServer, on group: any EventLoopGroup) async throws {
        let phase = NIOLockedValueBox(Phase.starting)
        self.phase = phase
        let metrics = SharedGathering { await Self.metrics(of: runtime, engine) }
        var configuration = EngineConfiguration()
        // Probes and a scraper or two connect here, ask at once and are answered at once. Other clients get no more than this, and keep
        // nobody out: the oldest makes way for a newcomer.
        configuration.connections = .none
        configuration.oldestGivesWay = max(8, Self.connections / max(1, runtime.sockets.allLoops.count))
        configuration.timeouts.head = .seconds(2)
        configuration.timeouts.idle = .seconds(5)
        configuration.routes = [
            "/healthz": .gathered { _ in await Self.health(of: runtime) },
            "/readyz": .http { _ in
                Readiness(
                    phase.withLockedValue { $0 }, runtime.audit.pressure, shortage: engine.shortage, cluster: runtime.cluster?.status,
                    behind: runtime.catchUp?.obstacle
                ).response
            },
            "/metrics": .gathered { _ in await metrics.value },
        ]
        do {
            server = try await EngineServer(configuration: configuration, eventLoopGroup: group, application: nil)
            address = try await server.bind(host: monitoring.host, port: monitoring.port)
        } catch {
            throw StartError(
                code: .monitoring, message: "cannot tell of health and metrics on \(monitoring.host):\(monitoring.port)", cause: error)
        }
    }

    var url: String { ServerURL.of("http", host: address.ipAddress ?? "", port: address.port ?? 0) }

    var live: LiveCounts { server.live }

    func enter(_ phase: Phase) { self.phase.withLockedValue { $0 = phase } }

    /// Stops answering.
    func stop() async throws {
        _ = try await server.shutdown(within: .seconds(1))
    }

    /// Every event loop must have its turn before the answer.
    static func health(of runtime: ServerRuntime) async -> HTTPResponse {
        do {
            for loop in runtime.sockets.allLoops { try await loop.submit { _ in } }
            return HTTPResponse(.ok, text: "ok")
        } catch {
            return HTTPResponse(.unavailable, text: "an event loop has ended")
        }
    }

    private static func metrics(of runtime: ServerRuntime, _ engine: EngineServer) async -> HTTPResponse {
        do {
            let text = MetricsText.of(try await Metric.all(of: runtime, engine) + Metric.ofProcess)
            return HTTPResponse(.ok, contentType: MetricsText.contentType, body: ByteBuffer(string: text))
        } catch {
            return HTTPResponse(.unavailable, text: "an event loop has ended")
        }
    }
}

/// Whether newcomers are let in, and why not.
struct Readiness: Equatable {
    let obstacles: [String]

    init(
        _ phase: MonitoringServer.Phase, _ pressure: AuditPressure, shortage: ConnectionShortage?, cluster: ClusterStatus? = nil,
        behind: String? = nil
    ) {
        var obstacles: [String] = []
        switch phase {
        case .starting: obstacles.append("the server is starting")
        case .stopping: obstacles.append("the server is stopping")
        case .serving: break
        }
        if pressure >= .refuseConnections { obstacles.append("the audit log has no room for newcomers") }
        switch shortage {
        case .node: obstacles.append("there are as many connections as the server may have")
        case .unauthenticated: obstacles.append("there are as many connections without a token as the server may have")
        case .address, nil: break
        }
        if let cluster, cluster.isRequired, !cluster.isConnected { obstacles.append("the cluster's Redis is away") }
        if let behind { obstacles.append(behind) }
        self.obstacles = obstacles
    }

    var response: HTTPResponse {
        obstacles.isEmpty ? HTTPResponse(.ok, text: "ready") : HTTPResponse(.unavailable, text: obstacles.joined(separator: "\n"))
    }
}

extension HTTPResponse {
    fileprivate init(_ status: HTTPStatus, text: String) { self.init(status, body: ByteBuffer(string: text + "\n")) }
}
