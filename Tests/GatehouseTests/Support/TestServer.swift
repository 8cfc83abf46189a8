import EngineIO
import Foundation
import GatehouseAudit
import GatehouseJSON
import GatehouseLiveObjects
import GatehousePolicy
import GatehouseTestSupport
import GatehouseTesting
import GatehouseTokens
import Logging
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import SocketIO
import Testing

@testable import Gatehouse

/// A server in this process on a port of its own, with the policies, keys, audit log and clock of one test; gone at the end of `with`.
///
/// It is put together from the parts that `Application` puts together, since their clock is what the tests move.
struct TestServer: Sendable {
    let runtime: ServerRuntime
    let engine: EngineServer
    let clock: TestClock
    let url: String
    let directory: TestDirectory
    /// A client that is released closes its connection: these stay until the end of the test.
    private let clients = NIOLockedValueBox<[SocketIOClient]>([])

    /// What a test may change.
    struct Settings {
        var policies = TestPolicies().allowing()
        var stages = Stages()
        var handlerTimeout: Duration = .seconds(10)
        var limits = SocketIOLimits()
        var loops = 1
        /// The issuer's, in seconds.
        var leeway: Double = 0
        var engine = EngineConfiguration()
        var auditFiles: any AuditFileSystem = SystemFiles()
        /// Whether the test holds a `Client` when the server has stopped.
        var keepsClients = false
        /// Whether the audit log goes by the test's clock, which stands still, and not by the system's.
        var auditFollowsClock = false
        var logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

        init() {
            // Heartbeats are not what these tests are about, and must not come in between when the clock is moved by hours.
            engine.pingInterval = .minutes(30)
            engine.pingTimeout = .minutes(30)
            engine.timeouts.idle = .minutes(60)
            engine.connections = .none
        }
    }

    static func with(
        _ gateways: PendingMount..., configure: (inout Settings) -> Void = { _ in },
        sourceLocation: SourceLocation = #_sourceLocation, _ body: (TestServer) async throws -> Void
    ) async throws {
        try await with(gateways, configure: configure, sourceLocation: sourceLocation, body)
    }

    static func with(
        _ gateways: [PendingMount], configure: (inout Settings) -> Void, sourceLocation: SourceLocation = #_sourceLocation,
        _ body: (TestServer) async throws -> Void
    ) async throws {
        var settings = Settings()
        configure(&settings)
        let directory = try TestDirectory()
        let clock = TestClock()
        settings.engine.clock = clock.engine
        let mounted = try PendingMount.mount(gateways, global: settings.stages)
        let names = Dictionary(uniqueKeysWithValues: mounted.map { ($0.pattern.description, $0.routes.map(\.event)) })
        let bundle = try PolicyBundle.load(files: settings.policies.files, options: PolicyLoadOptions(eventNames: names))
        try directory.write(settings.policies)
        var auditing = AuditConfiguration(directory: directory.path("audit"), node: "test")
        auditing.reserveBytes = 0
        let audit = try AuditLog.open(
            auditing, files: settings.auditFiles, clock: settings.auditFollowsClock ? clock.audit : .system)
        let sockets = SocketIOServer(mounted.map(\.pattern), limits: settings.limits)
        let runtime = ServerRuntime(
            sockets: sockets, audit: audit, auditKey: try AuditKey.loadOrMake(at: directory.path("audit/audit.key")),
            policies: PolicyHolder(bundle), tokens: CurrentTokenVerifier(try TestTokens.verifier(leeway: settings.leeway)),
            mounted: mounted,
            stages: settings.stages, handlerTimeout: settings.handlerTimeout, clock: clock.server,
            logger: settings.logger,
            policySource: PolicySource(
                directory: directory.path("policies"), root: directory.path(""), catalogue: RouteCatalogue(mounted: mounted)))
        for gateway in gateways.compactMap(\.stateful) { try gateway.open(for: runtime) }
        let group = MultiThreadedEventLoopGroup(numberOfThreads: settings.loops)
        let engine = try await EngineServer(configuration: settings.engine, eventLoopGroup: group) { engineLoop in
            SocketIOLoop(engine: engineLoop, server: sockets) { Pipeline(runtime: runtime, loop: $0) }
        }
        let address = try await engine.bind(host: "127.0.0.1", port: 0)
        let server = TestServer(
            runtime: runtime, engine: engine, clock: clock, url: "http://127.0.0.1:\(address.port ?? 0)", directory: directory)
        let result: Result<Void, any Error>
        do {
            try await body(server)
            result = .success(())
        } catch {
            result = .failure(error)
        }
        _ = try await engine.shutdown(interval: .milliseconds(1), within: .milliseconds(50))
        sockets.removeLoops()
        try await group.shutdownGracefully()
        for gateway in gateways.compactMap(\.stateful) { try gateway.close() }
        try? await audit.stop()
        directory.remove()
        let keepsClients = settings.keepsClients
        let left = await LiveCounts.leftovers { keepsClients ? engine.live.without(.clients) : engine.live }
        #expect(left.isEmpty, "the server has stopped, and there still is: \(left)", sourceLocation: sourceLocation)
        try result.get()
    }

    /// Moves the clock and lets everything that is due then happen.
    func advance(_ amount: TimeAmount) async throws {
        clock.advance(amount)
        _ = try await engine.onEachLoop { $0.tick() }
    }

    var handle: ServerHandle { ServerHandle(runtime: runtime) }

    // MARK: Clients

    func connect(
        _ transport: SocketIOClient.Transport = .webSocket, headers: [(String, String)] = [], query: String = "", inboxLimit: Int? = nil
    ) async throws -> SocketIOClient {
        var options = SocketIOClient.Options(transport: transport, headers: headers, query: query)
        if let inboxLimit { options.inboxLimit = inboxLimit }
        let client = try await SocketIOClient.connect(url, options: options)
        clients.withLockedValue { $0.append(client) }
        return client
    }

    /// A client of a user that has joined the namespace.
    func join(
        _ subject: String = "alice", roles: [String] = ["user"], lifetime: Int64 = 3_600, in namespace: String = "/",
        over transport: SocketIOClient.Transport = .webSocket, inboxLimit: Int? = nil
    ) async throws -> SocketIOClient {
        let client = try await connect(transport, inboxLimit: inboxLimit)
        try await client.join(namespace, auth: try auth(subject, roles: roles, lifetime: lifetime))
        return client
    }

    /// The payload of a CONNECT.
    func auth(_ subject: String = "alice", roles: [String] = ["user"], lifetime: Int64 = 3_600) throws -> JSONObject {
        ["token": .string(try TestTokens.token(subject, roles: roles, lifetime: lifetime, now: clock.wallMilliseconds / 1_000))]
    }

    /// The counters of all loops, added up.
    func counters() async throws -> SocketIOLoop.Counters {
        var sum = SocketIOLoop.Counters()
        for loop in runtime.sockets.allLoops {
            let part = try await loop.submit { $0.counters }
            sum.droppedAfterLeave += part.droppedAfterLeave
            sum.unknownAcks += part.unknownAcks
            sum.droppedVolatile += part.droppedVolatile
            sum.delivered += part.delivered
        }
        return sum
    }

    // MARK: Audit

    /// Every record so far, in order.
    func records() async throws -> [JSONValue] {
        try await runtime.audit.flush()
        return try directory.auditRecords()
    }

    /// The records of one event.
    func records(_ event: String) async throws -> [JSONValue] {
        try await records().filter { $0["event"]?.stringValue == event }
    }

    /// The one record that a decision id leads to; AUD-05.
    func record(of decision: String?) async throws -> JSONValue? {
        let found = try await records().filter { $0["decision"]?["id"]?.stringValue == decision }
        return found.count == 1 ? found.first : nil
    }
}

extension TestClock {
    /// The same time for an audit log.
    var audit: AuditClock {
        AuditClock(
            wallMicroseconds: { self.wallMilliseconds * 1_000 }, monotonicNanoseconds: { self.engine.now().uptimeNanoseconds })
    }
}
