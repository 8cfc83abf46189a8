package import EngineIO
import GatehouseAudit
import NIOCore
import NIOPosix
import ServiceLifecycle
import SocketIO

/// A server that listens. Stop it, or it runs on.
public final class RunningServer: Sendable {
    package let runtime: ServerRuntime
    package let engine: EngineServer
    private let group: MultiThreadedEventLoopGroup
    private let drainTimeout: Duration
    private let watch: CertificateWatch?
    package let keyWatch: KeyWatch
    private let remoteKeys: RemoteKeys?
    private let watching: [Task<Void, Never>]
    private let stateful: [any StatefulGateway]
    private let works: [Task<Void, Never>]
    private let outages: AsyncStream<Void>
    /// The address as bound.
    public let host: String
    /// The port as bound.
    public let port: Int
    /// Whether it speaks TLS.
    public let isSecure: Bool

    init(
        runtime: ServerRuntime, engine: EngineServer, group: MultiThreadedEventLoopGroup, address: SocketAddress,
        watch: CertificateWatch?, keyWatch: KeyWatch, remoteKeys: RemoteKeys?, stateful: [any StatefulGateway], drainTimeout: Duration,
        outages: AsyncStream<Void>, policyFiles: DirectoryFingerprint?
    ) {
        self.runtime = runtime
        self.engine = engine
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
        self.watching = watching
        self.stateful = stateful
        works = stateful.map { gateway in Task { await gateway.run(for: runtime) } }
    }

    /// Where clients connect to.
    public var url: String {
        let literal = host.contains(":") ? "[\(host)]" : host
        return "\(isSecure ? "https" : "http")://\(literal):\(port)"
    }

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

    /// Waits for the order to stop or, if that is one, until the audit log cannot be written any more.
    func mustStop(atOutage: Bool) async -> StopCause {
        await withTaskGroup(of: StopCause.self) { [outages] group in
            group.addTask {
                // Either way out of the wait is the order.
                try? await gracefulShutdown()
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

    /// Stops accepting, tells every client, waits for them up to the drain timeout, and closes the audit log last (REL-23).
    public func stop() async throws {
        for task in watching { task.cancel() }
        runtime.audit.record(AuditRecord(.nodeStopping))
        await drain()
        let drained = try await engine.shutdown(within: TimeAmount(drainTimeout))
        runtime.audit.record(AuditRecord(.nodeDrained, detail: ["complete": .bool(drained)]))
        runtime.sockets.removeLoops()
        try await group.shutdownGracefully()
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

    /// Tells every client that the server goes, in batches, with a retry time that spreads their return.
    private func drain() async {
        let batch = 256
        for loop in runtime.sockets.allLoops {
            while let left = try? await loop.submit({ Self.closeSome($0, batch) }), left > 0 {}
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
