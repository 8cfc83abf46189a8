import EngineIO
import GatehouseAudit
import GatehouseLiveObjects
import GatehousePolicy
import GatehouseTLS
import NIOCore

/// Serves ``BackEndAPI`` on the event loops of its server.
final class ApiServer: Sendable {
    /// The most connections, of all event loops together. Each has at most one call that is being answered, with its body.
    private static let connections = 256

    private let server: EngineServer
    private let desk: ApiDesk
    /// The address as bound.
    let address: SocketAddress

    /// - Parameters:
    ///   - certificates: for TLS; `nil` serves plain HTTP.
    ///   - payloadLimit: the largest arguments of an event under a rule that names no other.
    /// - Throws: ``StartError`` if the address cannot be listened on.
    init(
        _ api: BackEndAPI, of runtime: ServerRuntime, certificates: CertificateStore?, payloadLimit: Int, on group: any EventLoopGroup
    ) async throws {
        let desk = ApiDesk(runtime, payloadLimit: payloadLimit)
        self.desk = desk
        var configuration = EngineConfiguration()
        configuration.connections = .none
        configuration.oldestGivesWay = max(8, Self.connections / max(1, runtime.sockets.allLoops.count))
        // A call may wait for the acks of clients.
        configuration.timeouts.answer = .milliseconds(EmitCall.longestWait + 5_000)
        for call in ApiCall.allCases { configuration.routes["/api/" + call.rawValue] = .posted { desk.admit($0, call) } }
        let audit = runtime.audit
        do {
            server = try await EngineServer(
                configuration: configuration, eventLoopGroup: group,
                tls: certificates.map { certificates in
                    EngineTLS(
                        handshakeFailed: { peer, error in audit.record(AuditRecord(failedHandshake: error, of: peer)) },
                        context: { certificates.current })
                }, application: nil)
            address = try await server.bind(host: api.host, port: api.port)
        } catch {
            throw StartError(code: .api, message: "cannot listen for back ends on \(api.host):\(api.port)", cause: error)
        }
        isSecure = certificates != nil
    }

    let isSecure: Bool

    var url: String { ServerURL.of(isSecure ? "https" : "http", host: address.ipAddress ?? "", port: address.port ?? 0) }

    var live: LiveCounts { server.live }

    /// Refuses further calls, and gives those that are being answered a moment.
    func stop(within limit: TimeAmount) async throws {
        desk.close()
        _ = try await server.shutdown(within: min(limit, .seconds(2)))
    }
}
