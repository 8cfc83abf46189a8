package import EngineIO
package import GatehouseAudit
import GatehouseLiveObjects
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
    private var warn: (@Sendable (String) -> Void)?
    private var announcements: [@Sendable (RunningServer) -> Void] = []
    let logger: Logger
    private(set) var auditFiles: any AuditFileSystem = SystemFiles()
    private(set) var clock = ServerClock.system
    private var engineClock = EngineClock.system
    private var listens = true
    private var pages: [String: EngineRoute] = [:]
    private var membership: (any ClusterMembership)?

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
        for companion in (gateway as? any AccompaniedGateway)?.companions ?? [] { copy = copy.mount(companion) }
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

    /// Adds a closure that is called once the server listens.
    public func onStart(_ body: @escaping @Sendable (RunningServer) -> Void) -> Application {
        var copy = self
        copy.announcements.append(body)
        return copy
    }

    /// Answers GET of these paths, beside the Socket.IO endpoint and the health path, which go first.
    package func serving(_ pages: [String: EngineRoute]) -> Application {
        var copy = self
        copy.pages.merge(pages) { $1 }
        return copy
    }

    /// Gives warnings for the operator to the caller instead of the log.
    package func warning(_ body: @escaping @Sendable (String) -> Void) -> Application {
        var copy = self
        copy.warn = body
        return copy
    }

    /// Listens nowhere: a server of your own hands its connections over (``RunningServer/mount(on:)``).
    public func withoutListener() -> Application {
        var copy = self
        copy.listens = false
        return copy
    }

    /// Makes the server a node of a cluster.
    package func clustered(_ membership: any ClusterMembership) -> Application {
        var copy = self
        copy.membership = membership
        return copy
    }

    /// Takes the time from the caller, for tests that do not wait.
    package func clocked(by clock: ServerClock, engine: EngineClock) -> Application {
        var copy = self
        copy.clock = clock
        copy.engineClock = engine
        return copy
    }

    /// Keeps its audit log in the caller's files, for tests with a failing disk.
    package func auditing(in files: any AuditFileSystem) -> Application {
        var copy = self
        copy.auditFiles = files
        return copy
    }

    /// Runs until the task is cancelled or a graceful shutdown is asked for (in a `ServiceGroup`: by a signal), then drains and stops.
    /// - Throws: ``StartError`` if a part is missing or wrong; nothing stays started then. ``AuditOutage`` if it stopped because the audit
    ///   log could not be written.
    public func run() async throws {
        let server = try await start()
        let stopsAtOutage = configuration.auditFailure == .shutdown
        guard await server.mustStop(atOutage: stopsAtOutage) == .auditOutage else { return try await server.stop() }
        // The outage of the log is the error to report; others of the stop matter less.
        try? await server.stop()
        throw AuditOutage()
    }

    /// Starts the server. The caller stops it.
    /// - Throws: ``StartError``
    public func start() async throws -> RunningServer {
        try configuration.check()
        guard configuration.cluster == nil || membership != nil else {
            throw StartError(
                code: .configuration,
                message:
                    "the configuration names a cluster, and this program cannot join one: build it with the package trait Redis, import "
                    + "GatehouseCluster, and call joiningCluster() on the application")
        }
        let mounted = try mountedNamespaces()
        try refuseUntrustedFiles()
        let policyFiles = DirectoryFingerprint(of: configuration.policies)
        let bundle = try loadPolicies(mounted)
        try configuration.check(bundle)
        try refuseUnenforced(bundle, RouteCatalogue(mounted: mounted))
        let unknownKeys = UnknownKeys()
        let (keys, certificates) = try loadKeys(PolicyHolder(bundle), unknownKeys: unknownKeys)
        let warnings = StartWarnings(
            configuration: configuration, bundle: bundle, developmentKeys: keys.tokens.current.issuers.namesWithDevelopmentKeys,
            certificate: certificates?.current.certificate)
        for line in warnings.lines { if let warn { warn(line) } else { logger.warning("\(line)") } }
        let missing = try checkState()
        // Before the log: a start that is interrupted in between leaves no log whose store seems lost.
        for gateway in stateful { try gateway.prepareState() }
        let (outages, outage) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let (audit, auditKey) = try openAudit { outage.yield() }
        do {
            try await record(missing, audit)
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

    var stateful: [any StatefulGateway] { mounts.compactMap(\.stateful) }

    /// Records that the operator continues without the missing state.
    private func record(_ accepted: [MissingState], _ audit: AuditLog) async throws(StartError) {
        for missing in accepted {
            logger.warning("\(missing.path) is missing and is created anew, as requested: \(missing.loss)")
            do {
                _ = try await audit.recordDurably(
                    AuditRecord(.nodeStateMissing, target: AuditTarget(reference: missing.path), detail: ["loss": .string(missing.loss)]))
            } catch {
                throw StartError(code: .audit, message: "that \(missing.path) is missing cannot be recorded", cause: error)
            }
        }
    }

    /// Opens the stores of gateways: all of them, or none stays open.
    private func openStateful(_ runtime: ServerRuntime) throws(StartError) -> [any StatefulGateway] {
        var opened: [any StatefulGateway] = []
        for gateway in stateful {
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
            streamsPerConnection: configuration.limits.streamsPerConnection,
            policySource: PolicySource(
                directory: configuration.policies, root: configuration.root, strict: configuration.strict,
                catalogue: RouteCatalogue(mounted: mounted)),
            keys: keys, node: configuration.node, cluster: membership)
        audit.record(AuditRecord(.nodeStarting, detail: ["policy_sha256": .string(bundle.sha256)]))
        audit.recordRelaxations(of: bundle)
        var engineConfiguration = configuration.engine(bundle)
        engineConfiguration.clock = engineClock
        engineConfiguration.mayRead = { audit.pressure < .stopReading }
        engineConfiguration.routes = pages
        if let path = configuration.healthPath {
            let health = SharedGathering { await MonitoringServer.health(of: runtime) }
            engineConfiguration.routes[path] = .probe { await health.value }
        }
        let options = configuration.tls
        let stateful = try openStateful(runtime)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: configuration.eventLoops)
        let keyWatch = KeyWatch(keys: keys, audit: audit, logger: logger)
        keyWatch.tellLeftOut()
        let remoteKeys = RemoteKeys(watch: keyWatch, unknownKeys: unknownKeys, clock: runtime.clock, group: group)
        var gateways = GatewayStart()
        do {
            try await gateways.begin(mounts.map(\.gateway), ServerHandle(runtime: runtime))
            // Tokens of an issuer are refused until its keys are there. A start that cannot fetch them continues, and tries again.
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
            runtime.facts.set(
                ServerFacts.Source(
                    limits: { [configuration] in EffectiveLimits(configuration, $0) },
                    certificate: { certificates?.current.certificate },
                    live: { [weak engine] in engine?.live ?? LiveCounts([]) }))
            if membership != nil {
                // What the policies keep is kept from the first message of another node on.
                for loop in sockets.allLoops { try? await loop.submit { _ = $0.application } }
            }
            // Before anyone is let in.
            try await membership?.start(runtime)
            for gateway in stateful { await gateway.catchUp(for: runtime) }
            var monitoring: MonitoringServer?
            if let place = configuration.monitoring {
                do {
                    monitoring = try await MonitoringServer(place, of: runtime, engine, on: group)
                } catch {
                    guard !place.isRequired else { throw error }
                    logger.warning("health and metrics are served nowhere until another address is given: \(error)")
                }
            }
            let apiCertificates = try makeAPICertificates()
            var api: ApiServer?
            if let settings = configuration.api {
                api = try await ApiServer(
                    settings, of: runtime, certificates: apiCertificates, payloadLimit: configuration.limits.maxPayload, on: group)
            }
            let place = listens ? try await ServingPlace(binding: engine, as: configuration) : .mounted
            audit.record(
                AuditRecord(
                    .nodeStarted, detail: ["address": .string(place.description), "generation": AuditScalar(bundle.generation)]))
            let watch = certificates.map { CertificateWatch(store: $0, audit: audit, clock: runtime.clock, logger: logger) }
            watch?.remind()
            monitoring?.enter(.serving)
            return RunningServer(
                runtime: runtime, engine: engine, monitoring: monitoring, api: api,
                apiWatch: apiCertificates.map { CertificateWatch(store: $0, audit: audit, clock: runtime.clock, logger: logger) },
                group: group, place: place, watch: watch, keyWatch: keyWatch,
                remoteKeys: remoteKeys, gateways: gateways, stateful: stateful, drainTimeout: configuration.drainTimeout, outages: outages,
                policyFiles: policyFiles, watchesPolicies: configuration.watchesPolicies)
        } catch {
            runtime.timers.stop()
            // In a task of its own, so that a cancelled start still gives the gateways their time.
            await Task { [gateways, limit = configuration.handlerTimeout] in await gateways.end(within: limit) }.value
            for gateway in stateful { try? gateway.close() }
            await membership?.stop()
            sockets.removeLoops()
            try? await group.shutdownGracefully()
            if let error = error as? StartError { throw error }
            throw StartError(
                code: .listen,
                message: "cannot listen on \(configuration.unixSocket ?? "\(configuration.host):\(configuration.port)")", cause: error)
        }
    }
}
