package import EngineIO
import GatehouseAudit
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import ServiceLifecycle
import SocketIO

/// A server that listens. Stop it, or it runs on.
public final class RunningServer: Sendable {
    package let runtime: ServerRuntime
    package let engine: EngineServer
    private let monitoring: MonitoringServer?
    private let group: MultiThreadedEventLoopGroup
    private let drainTimeout: Duration
    private let watch: CertificateWatch?
    package let keyWatch: KeyWatch
    private let remoteKeys: RemoteKeys?
    private let watching: [Task<Void, Never>]
    private let gateways: GatewayStart
    private let stateful: [any StatefulGateway]
    private let works: [Task<Void, Never>]
    private let outages: AsyncStream<Void>
    /// Ends as soon as the server begins to stop.
    private let running: AsyncStream<Never>
    private let endOfRunning: AsyncStream<Never>.Continuation
    private let stopping = NIOLockedValueBox<Task<Void, any Error>?>(nil)
    /// The address as bound.
    public let host: String
    /// The port as bound.
    public let port: Int
    /// Whether it speaks TLS.
    public let isSecure: Bool

    init(
        runtime: ServerRuntime, engine: EngineServer, monitoring: MonitoringServer?, group: MultiThreadedEventLoopGroup,
        address: SocketAddress,
        watch: CertificateWatch?, keyWatch: KeyWatch, remoteKeys: RemoteKeys?, gateways: GatewayStart,
        stateful: [any StatefulGateway], drainTimeout: Duration,
        outages: AsyncStream<Void>, policyFiles: DirectoryFingerprint?
    ) {
        self.runtime = runtime
        self.engine = engine
        self.monitoring = monitoring
        self.group = group
        self.drainTimeout = drainTimeout
        self.outages = outages
        host = address.ipAddress ?? ""
        port = address.port ?? 0
        isSecure = watch != nil
        self.watch = watch
        self.keyWatch = keyWatch
        self.remoteKeys = remoteKeys
        var watching: [Task<Void, Never>] = []
        if let watch { watching.append(Task { await watch.run() }) }
        if let reload = runtime.policyReload {
            let policies = PolicyWatch(directory: reload.directory, reload: reload, known: policyFiles)
            watching.append(Task { await policies.run() })
        }
        watching.append(Task { await keyWatch.run() })
        if let remoteKeys { watching.append(Task { await remoteKeys.run() }) }
        if let export = MetricsExport.bootstrapped { watching.append(Task { await MetricsExport.run(export, of: runtime, engine) }) }
        self.watching = watching
        self.gateways = gateways
        self.stateful = stateful
        works = stateful.map { gateway in Task { await gateway.run(for: runtime) } }
        (running, endOfRunning) = AsyncStream.makeStream(of: Never.self)
        Task { await stopWhenAsked() }
    }

    /// Where clients connect to.
    public var url: String { ServerURL.of(isSecure ? "https" : "http", host: host, port: port) }

    /// Where it tells of its health and gives its metrics, if it does; see ``Monitoring``.
    public var monitoringURL: String? { monitoring?.url }

    /// Everyone who is connected, for code outside handlers.
    public var handle: ServerHandle { ServerHandle(runtime: runtime) }

    /// Reads the TLS certificate, the policies and the token keys again and begins a new audit file: what SIGHUP asks for. Blocks on the disk: not for an
    /// event loop. What is wrong with files leaves in force what was, and is in both logs.
    public func reload() async {
        watch?.reload()
        await keyWatch.reload()
        remoteKeys?.hasten()
        _ = try? await runtime.policyReload?.reload(by: .hangUp)
        runtime.audit.rotate()
    }

    /// Why a server must stop.
    enum StopCause {
        /// A graceful shutdown was asked for, or the task was cancelled.
        case order
        case auditOutage
    }

    /// Waits for the order to stop, for a stop that has begun without one or, if that is one, until the audit log cannot be written any more.
    func mustStop(atOutage: Bool) async -> StopCause {
        await withTaskGroup(of: StopCause.self) { [outages, running] group in
            group.addTask {
                // Either way out of the wait is the order.
                try? await gracefulShutdown()
                return .order
            }
            group.addTask {
                for await _ in running {}
                return .order
            }
            if atOutage {
                group.addTask {
                    for await _ in outages { return .auditOutage }
                    return .order
                }
            }
            let cause = await group.next() ?? .order
            group.cancelAll()
            return cause
        }
    }

    /// Stops accepting, tells every client, waits for them up to the drain timeout, and closes the audit log last (REL-23). It happens
    /// once: who calls again waits for the same end. Not for a handler, which would wait for itself: that is ``ServerHandle/close()``.
    /// - Throws: what kept the audit log from being closed, or the event loops from ending.
    public func stop() async throws {
        try await stopping.withLockedValue { known in
            if let known { return known }
            let begun = Task { try await self.end() }
            known = begun
            return begun
        }.value
    }

    /// Until it stops, for whatever reason.
    private func stopWhenAsked() async {
        for await _ in runtime.closing.requests {
            do {
                try await stop()
            } catch {
                runtime.logError("the server did not stop as it should: \(error)")
            }
        }
    }

    private func end() async throws {
        endOfRunning.finish()
        runtime.closing.end()
        for task in watching { task.cancel() }
        monitoring?.enter(.stopping)
        runtime.audit.record(AuditRecord(.nodeStopping))
        let deadline = NIODeadline.now() + TimeAmount(drainTimeout)
        // Whoever is told to come back must not come back here.
        try await engine.stopAccepting()
        await drain(until: deadline)
        let drained = try await engine.shutdown(within: max(deadline - .now(), .zero))
        runtime.audit.record(AuditRecord(.nodeDrained, detail: ["complete": .bool(drained)]))
        // Its answers ask the event loops, and what it counts must not seem to have gone.
        try await monitoring?.stop()
        runtime.sockets.removeLoops()
        try await group.shutdownGracefully()
        await gateways.end(within: runtime.handlerTimeout)
        await closeStateful()
        try await runtime.audit.stop()
    }

    private func closeStateful() async {
        for work in works {
            work.cancel()
            await work.value
        }
        for gateway in stateful {
            do {
                try gateway.close()
            } catch {
                // What it keeps is safe with each change; the rest of the stop must go on.
                runtime.logError("a gateway could not be closed: \(error)")
            }
        }
    }

    /// Tells every client that the server goes, on all event loops at once, in batches with a pause after each, and with a retry time that
    /// spreads their return. Whom it does not get to by the deadline the engine closes.
    private func drain(until deadline: NIODeadline) async {
        let batch = 256
        await withTaskGroup(of: Void.self) { group in
            for loop in runtime.sockets.allLoops {
                group.addTask {
                    while let left = try? await loop.submit({ Self.closeSome($0, batch) }), left > 0, NIODeadline.now() < deadline {
                        try? await Task.sleep(for: .milliseconds(20))
                    }
                }
            }
        }
    }

    private static func closeSome(_ loop: SocketIOLoop, _ batch: Int) -> Int {
        let some = Array(loop.connections.values.prefix(batch))
        for connection in some {
            connection.close(ConnectionClosure(.shutdown, retryAfter: Int.random(in: 1...5), reason: .serverShuttingDown))
        }
        // A connection that did not go at once is the engine's to cut: it must not be counted for ever.
        return some.contains { $0.isClosed } ? loop.connections.count : 0
    }
}
