package import EngineIO
package import GatehouseAudit
import GatehousePolicy
import GatehouseTLS
import GatehouseTokens
public import Logging
import NIOCore
import NIOPosix
public import ServiceLifecycle
import SocketIO

/// A server: its gateways, its global stages, and how it runs. Build it, mount gateways, run it.
///
/// ```swift
/// try await Application(configuration)
///     .mount(ChatGateway(history: .inMemory))
///     .run()
/// ```
public struct Application: Service {
    package let configuration: Configuration
    private var mounts: [PendingMount] = []
    private var stages = Stages()
    private var announcements: [@Sendable (RunningServer) -> Void] = []
    let logger: Logger
    private(set) var auditFiles: any AuditFileSystem = SystemFiles()
    private(set) var clock = ServerClock.system
    private var engineClock = EngineClock.system

    /// An application without gateways.
    /// - Parameter logger: where operational messages go. It never sees a token or a payload.
    public init(_ configuration: Configuration, logger: Logger = Logger(label: "gatehouse")) {
        self.configuration = configuration
        self.logger = logger
    }

    /// Adds a gateway.
    public func mount<Owner: Gateway>(_ gateway: Owner) -> Application {
        var copy = self
        copy.mounts.append(PendingMount(gateway))
        return copy
    }

    /// Adds guards, interceptors, pipes and filters of every route of every gateway.
    public func stages(_ stages: Stages) -> Application {
        var copy = self
        copy.stages.guards += stages.guards
        copy.stages.interceptors += stages.interceptors
        copy.stages.pipes += stages.pipes
        copy.stages.filters += stages.filters
        return copy
    }

    /// Adds what is told once the server listens.
    public func onStart(_ body: @escaping @Sendable (RunningServer) -> Void) -> Application {
        var copy = self
        copy.announcements.append(body)
        return copy
    }

    /// Takes its time from the caller, which is for tests that do not wait.
    package func clocked(by clock: ServerClock, engine: EngineClock) -> Application {
        var copy = self
        copy.clock = clock
        copy.engineClock = engine
        return copy
    }

    /// Keeps its audit log in files of the caller's, which is for tests whose disk fails.
    package func auditing(in files: any AuditFileSystem) -> Application {
        var copy = self
        copy.auditFiles = files
        return copy
    }

    /// Runs until the task is cancelled or a graceful shutdown is asked for (in a `ServiceGroup`: by a signal), then drains and stops.
    /// - Throws: ``StartError`` if anything it needs is missing or wrong; nothing is half-started then. ``AuditOutage`` if it stopped because
    ///   the audit log could not be written.
    public func run() async throws {
        let server = try await start()
        let stopsAtOutage = configuration.auditFailure == .shutdown
        guard await server.mustStop(atOutage: stopsAtOutage) == .auditOutage else { return try await server.stop() }
        // That the log cannot be written is known; what else a stop meets is less than that.
        try? await server.stop()
        throw AuditOutage()
    }

    /// Starts, for those who stop it themselves.
    /// - Throws: ``StartError``
    public func start() async throws -> RunningServer {
        try configuration.check()
        let mounted = try mountedNamespaces()
        let policyFiles = DirectoryFingerprint(of: configuration.policies)
        let bundle = try loadPolicies(mounted)
        try refuseUnenforced(bundle)
        for origin in configuration.cors?.originsWithoutPolicy(bundle) ?? [] {
            logger.warning("CORS lets \(origin) read answers, but no policy lets it connect: add it to origin.allow")
        }
        let unknownKeys = UnknownKeys()
        let (keys, certificates) = try loadKeys(PolicyHolder(bundle), unknownKeys: unknownKeys)
        let (outages, outage) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let (audit, auditKey) = try openAudit { outage.yield() }
        do {
            let server = try await listen(mounted, keys, unknownKeys, certificates, audit, auditKey, outages, policyFiles)
            for announce in announcements { announce(server) }
            return server
        } catch {
            try? await audit.stop()
            throw error
        }
    }

    func mountedNamespaces() throws -> [MountedNamespace] {
        guard !mounts.isEmpty else {
            throw StartError(code: .configuration, message: "no gateway is mounted: call mount(_:) at least once")
        }
        return try PendingMount.mount(mounts, global: stages)
    }

    /// Opens what gateways have of their own: all of it, or none stays open.
    private func openStateful(_ runtime: ServerRuntime) throws(StartError) -> [any StatefulGateway] {
        var opened: [any StatefulGateway] = []
        for gateway in mounts.compactMap(\.stateful) {
            do {
                try gateway.open(for: runtime)
            } catch {
                for earlier in opened { try? earlier.close() }
                throw error
            }
            opened.append(gateway)
        }
        return opened
    }

    private func listen(
        _ mounted: [MountedNamespace], _ keys: TokenKeys, _ unknownKeys: UnknownKeys, _ certificates: CertificateStore?,
        _ audit: AuditLog, _ auditKey: AuditKey, _ outages: AsyncStream<Void>, _ policyFiles: DirectoryFingerprint?
    ) async throws -> RunningServer {
        let bundle = keys.policies.current
        let sockets = SocketIOServer(
            mounted.map(\.pattern), limits: configuration.socketIOLimits, jsonLimits: configuration.jsonLimits)
        let runtime = ServerRuntime(
            sockets: sockets, audit: audit, auditKey: auditKey, policies: keys.policies, tokens: keys.tokens,
            mounted: mounted,
            stages: stages, handlerTimeout: configuration.handlerTimeout, clock: clock, logger: logger,
            policySource: PolicySource(
                directory: configuration.policies, root: configuration.root, strict: configuration.strict,
                catalogue: RouteCatalogue(mounted: mounted)),
            keys: keys)
        audit.record(AuditRecord(.nodeStarting, detail: ["policy_sha256": .string(bundle.sha256)]))
        audit.recordRelaxations(of: bundle)
        var engineConfiguration = configuration.engine(bundle)
        engineConfiguration.clock = engineClock
        engineConfiguration.mayRead = { audit.pressure < .stopReading }
        let options = configuration.tls
        let stateful = try openStateful(runtime)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: configuration.eventLoops)
        let keyWatch = KeyWatch(keys: keys, audit: audit, logger: logger)
        let remoteKeys = RemoteKeys(watch: keyWatch, unknownKeys: unknownKeys, clock: runtime.clock, group: group)
        var gateways = GatewayStart()
        do {
            try await gateways.begin(mounts.map(\.gateway), ServerHandle(runtime: runtime))
            // Nobody of an issuer gets in before its keys are there. A start that cannot fetch them goes on, and tries again.
            await remoteKeys?.refresh()
            let engine = try await EngineServer(
                configuration: engineConfiguration, eventLoopGroup: group,
                tls: certificates.map { certificates in
                    EngineTLS(
                        options: options,
                        handshakeFailed: { peer, error in audit.record(AuditRecord(failedHandshake: error, of: peer)) },
                        context: { certificates.current })
                }
            ) { engineLoop in
                SocketIOLoop(engine: engineLoop, server: sockets) { Pipeline(runtime: runtime, loop: $0) }
            }
            var monitoring: MonitoringServer?
            if let place = configuration.monitoring {
                do {
                    monitoring = try await MonitoringServer(place, of: runtime, engine, on: group)
                } catch {
                    guard !place.isRequired else { throw error }
                    logger.warning("health and metrics are served nowhere until another address is given: \(error)")
                }
            }
            let address = try await engine.bind(host: configuration.host, port: configuration.port)
            audit.record(
                AuditRecord(
                    .nodeStarted,
                    detail: [
                        "address": .string("\(address.ipAddress ?? ""):\(address.port ?? 0)"), "generation": AuditScalar(bundle.generation),
                    ]))
            let watch = certificates.map { CertificateWatch(store: $0, audit: audit, clock: runtime.clock, logger: logger) }
            watch?.remind()
            monitoring?.enter(.serving)
            return RunningServer(
                runtime: runtime, engine: engine, monitoring: monitoring, group: group, address: address, watch: watch, keyWatch: keyWatch,
                remoteKeys: remoteKeys, gateways: gateways, stateful: stateful, drainTimeout: configuration.drainTimeout, outages: outages,
                policyFiles: policyFiles)
        } catch {
            // In a task of its own: a start that was cancelled gives the gateways their time all the same.
            await Task { [gateways, limit = configuration.handlerTimeout] in await gateways.end(within: limit) }.value
            for gateway in stateful { try? gateway.close() }
            sockets.removeLoops()
            try? await group.shutdownGracefully()
            if let error = error as? StartError { throw error }
            throw StartError(
                code: .listen, message: "cannot listen on \(configuration.host):\(configuration.port)", cause: error)
        }
    }
}
