package import EngineIO
import GatehouseAudit
package import GatehouseLiveObjects
package import GatehouseTLS
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import ServiceLifecycle
import SocketIO

/// A listening server. It runs until it is stopped.
public final class RunningServer: Sendable {
    package let runtime: ServerRuntime
    package let engine: EngineServer
    private let monitoring: MonitoringServer?
    private let api: ApiServer?
    /// The certificate that back ends are shown.
    private let apiWatch: CertificateWatch?
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
    private let place: ServingPlace
    /// The address as bound; empty on a Unix domain socket, and without a listener.
    public var host: String { place.host }
    /// The port as bound; 0 on a Unix domain socket, and without a listener.
    public var port: Int { place.port }
    /// Events that gateways have sent and that nobody could hear, with namespace and reason; each once (MDL-21).
    package var unheardEvents: [String] {
        runtime.unheard.events.map { "\"\($0.event)\" in \($0.namespace) (\($0.reason.rawValue))" }
    }

    /// Whether it speaks TLS.
    public let isSecure: Bool

    init(
        runtime: ServerRuntime, engine: EngineServer, monitoring: MonitoringServer?, api: ApiServer?,
        apiWatch: CertificateWatch?, group: MultiThreadedEventLoopGroup,
        place: ServingPlace,
        watch: CertificateWatch?, keyWatch: KeyWatch, remoteKeys: RemoteKeys?, gateways: GatewayStart,
        stateful: [any StatefulGateway], drainTimeout: Duration,
        outages: AsyncStream<Void>, policyFiles: DirectoryFingerprint?, watchesPolicies: Bool
    ) {
        self.runtime = runtime
        self.engine = engine
        self.monitoring = monitoring
        self.api = api
        self.apiWatch = apiWatch
        self.group = group
        self.drainTimeout = drainTimeout
        self.outages = outages
        self.place = place
        isSecure = watch != nil
        self.watch = watch
        self.keyWatch = keyWatch
        self.remoteKeys = remoteKeys
        var watching: [Task<Void, Never>] = []
        if let watch { watching.append(Task { await watch.run() }) }
        if let apiWatch { watching.append(Task { await apiWatch.run() }) }
        if watchesPolicies, let reload = runtime.policyReload {
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
        runtime.timers.begin()
        Task { await stopWhenAsked() }
    }

    /// The certificate in use; `nil` without TLS.
    package var certificate: CertificateSummary? { watch?.store.current.certificate }

    /// Where clients connect to; `unix:` and the file on a Unix domain socket; empty without a listener.
    public var url: String { place.url(isSecure: isSecure) }

    /// The live objects of the server, of all event loops together. A moment after it has stopped there are none, unless a gateway keeps
    /// clients or a handler never ends.
    package var live: LiveCounts {
        let own = engine.live + LiveCounts([runtime.live])
        return [monitoring?.live, api?.live].compactMap { $0 }.reduce(own, +)
    }

    /// The address of health and metrics, if it serves them; see ``Monitoring``.
    public var monitoringURL: String? { monitoring?.url }

    /// The address where back ends call, if it serves them; see ``BackEndAPI``.
    public var apiURL: String? { api?.url }

    /// Everyone who is connected, for code outside handlers.
    public var handle: ServerHandle { ServerHandle(runtime: runtime) }

    /// Reads the TLS certificate, the policies and the token keys again and begins a new audit file: what SIGHUP asks for. Blocks on the
    /// disk: not for an event loop. Files with errors keep the earlier state in force, and both logs report them.
    public func reload() async {
        watch?.reload()
        apiWatch?.reload()
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

    /// Waits for an order to stop, for a stop that began without one or, if that is a reason to stop, for an outage of the audit log.
    func mustStop(atOutage: Bool) async -> StopCause {
        await withTaskGroup(of: StopCause.self) { [outages, running] group in
            group.addTask {
                // Either end of the wait is the order.
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
    /// once; further calls wait for the same end. A handler would wait for itself: use ``ServerHandle/close()`` there.
    /// - Throws: if the audit log could not be closed, or the event loops could not end.
    public func stop() async throws { try await stop(within: nil) }

    private func stop(within limit: Duration?) async throws {
        try await stopping.withLockedValue { known in
            if let known { return known }
            let begun = Task { try await self.end(within: limit ?? drainTimeout) }
            known = begun
            return begun
        }.value
    }

    /// Waits until it stops, for any reason.
    private func stopWhenAsked() async {
        for await limit in runtime.closing.requests {
            do {
                try await stop(within: limit)
            } catch {
                runtime.logError("the server did not stop as it should: \(error)")
            }
        }
    }

    private func end(within limit: Duration) async throws {
        endOfRunning.finish()
        runtime.closing.end()
        for task in watching { task.cancel() }
        runtime.timers.stop()
        monitoring?.enter(.stopping)
        runtime.audit.record(AuditRecord(.nodeStopping))
        let deadline = NIODeadline.now() + TimeAmount(limit)
        try await api?.stop(within: max(deadline - .now(), .zero))
        // Clients that are told to reconnect must not come back here.
        try await engine.stopAccepting()
        await drain(until: deadline)
        let drained = try await engine.shutdown(within: max(deadline - .now(), .zero))
        runtime.audit.record(AuditRecord(.nodeDrained, detail: ["complete": .bool(drained)]))
        // Its answers need the event loops, and its counts must not drop.
        try await monitoring?.stop()
        await runtime.timers.runsEnded(within: runtime.handlerTimeout)
        await runtime.cluster?.stop()
        runtime.sockets.removeLoops()
        try await group.shutdownGracefully()
        await gateways.end(within: runtime.handlerTimeout)
        await closeStateful()
        try await runtime.audit.stop()
    }

    private func closeStateful() async {
        for task in watching { await task.value }
        for work in works {
            work.cancel()
            await work.value
        }
        for gateway in stateful {
            do {
                try gateway.close()
            } catch {
                // Its state is durable after each change; the rest of the stop must go on.
                runtime.logError("a gateway could not be closed: \(error)")
            }
        }
    }

    /// Tells every client that the server stops, on all event loops at once, in batches with pauses, and with a retry time that spreads
    /// their return. The engine closes the clients that are left at the deadline.
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
        let some = Array(loop.connections.prefix(batch))
        for connection in some {
            connection.close(ConnectionClosure(.shutdown, retryAfter: Int.random(in: 1...5), reason: .serverShuttingDown))
        }
        // The engine cuts connections that did not close at once: they must not be counted for ever.
        return some.contains { $0.isClosed } ? loop.connections.count : 0
    }
}
