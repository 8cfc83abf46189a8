import EngineIO
import GatehouseAudit
import GatehouseLiveObjects
import GatehousePolicy
import NIOCore

extension Metric {
    /// Everything that a server counts.
    static func all(of runtime: ServerRuntime, _ engine: EngineServer) async throws -> [Metric] {
        let now = try await ServerMeasurement(of: runtime)
        let sockets = engine.counts
        let audit = runtime.audit
        let cluster = await runtime.cluster?.measure()
        return [
            Metric(
                "gatehouse_connections", .gauge, "Engine.IO sessions that are open.", by: "transport", counts(now.transports, transports)),
            Metric(
                "gatehouse_tcp_connections", .gauge, "TCP connections that count towards the limit of the node.",
                .count(sockets.connections)),
            Metric(
                "gatehouse_unauthenticated_connections", .gauge,
                "TCP connections, and polling sessions, that are in no namespace yet.", .count(sockets.unauthenticated)),
            Metric(
                "gatehouse_clients", .gauge, "Clients in a namespace.", by: "namespace",
                counts(now.namespaces, runtime.mounted.map(\.pattern.description))),
            Metric("gatehouse_users", .gauge, "Users who are connected.", .count(runtime.users.count)),
            Metric("gatehouse_rooms", .gauge, "Rooms with somebody in them; on each event loop for itself.", .count(now.rooms)),
            Metric("gatehouse_outbound_queue_bytes", .gauge, "Bytes that clients have not taken yet.", .count(now.queuedBytes)),
            Metric("gatehouse_events_received_total", .counter, "Events from clients, whatever became of them.", .count(now.received)),
            Metric(
                "gatehouse_events_delivered_total", .counter, "Events to clients, one for each who got it.", .count(now.counters.delivered)),
            Metric(
                "gatehouse_volatile_dropped_total", .counter, "Volatile events that a slow client did not get.",
                .count(now.counters.droppedVolatile)),
            Metric(
                "gatehouse_events_unheard_total", .counter,
                "Events that gateways sent and nobody heard: no rule lets anybody receive them, or they are not declared.", by: "reason",
                Dictionary(runtime.unheard.counts.map { ($0.key.rawValue, $0.value) }, uniquingKeysWith: &+)),
            Metric(
                "gatehouse_unknown_sessions_total", .counter,
                "Requests for sessions that are not here: they have ended, or are of another node.", .count(now.unknownSessions)),
            Metric(
                "gatehouse_unknown_acks_total", .counter, "Acks from clients that nobody waits for.", .count(now.counters.unknownAcks)),
            Metric(
                "gatehouse_audit_events_total", .counter,
                "Records for the audit log by their event, folded ones too; an act of staff makes two.",
                by: "event", Dictionary(audit.happened.map { ($0.key.rawValue, $0.value) }, uniquingKeysWith: &+)),
            Metric("gatehouse_audit_lost_total", .counter, "Records that found no room.", .count(audit.lost)),
            Metric(
                "gatehouse_audit_queue_ratio", .gauge, "How full the queue of the audit log is, of 1.", .number(Double(audit.fill) / 100)),
            Metric("gatehouse_audit_writable", .gauge, "1 while the audit log can be written.", .count(audit.health == .healthy ? 1 : 0)),
            Metric(
                "gatehouse_policy_generation", .gauge, "Which policies are in force; grows with each change.",
                .count(runtime.policies.current.generation)),
            Metric(lag: now.lag),
        ] + ofCluster(cluster) + ofKeeping(runtime) + runtime.handlerTimes.metrics + live(engine.live + LiveCounts([runtime.live]))
    }

    /// All live objects, whether a table knows of them or not: leaks of departed clients show here.
    private static func live(_ counts: LiveCounts) -> [Metric] {
        LiveObjects.Kind.allCases.map { Metric($0.metric, .gauge, $0.help, .count(counts[$0])) } + [
            Metric(
                "gatehouse_live_c_handles", .gauge, "Objects of C libraries that the process owns, by their type in C.", by: "type",
                Dictionary(
                    LiveHandles.Kind.allCases.map { ($0.rawValue, UInt64(clamping: LiveHandles.count($0))) }, uniquingKeysWith: &+))
        ]
    }

    /// The usage of the process, under the customary names for processes; a backend may have them already.
    static var ofProcess: [Metric] { ProcessUsage.now?.metrics ?? [] }

    private static let transports = [EngineTransportName.polling, .websocket].map(\.rawValue)

    /// Includes zeros.
    private static func counts(_ counts: [String: Int], _ known: [String]) -> [String: UInt64] {
        Dictionary(known.map { ($0, 0) }, uniquingKeysWith: &+).merging(counts.mapValues { UInt64(clamping: $0) }) { $1 }
    }

    private init(lag: LoopLag) {
        self.init(
            "gatehouse_event_loop_lag_seconds", .histogram, "How late the event loops came to what was due.",
            Self.samples(bounds: LoopLag.bounds.map { Double($0) / 1_000 }, counts: lag.counts, nanoseconds: lag.nanoseconds))
    }

    /// The values of one histogram.
    /// - Parameters:
    ///   - bounds: of the classes, in seconds.
    ///   - counts: by class, those beyond the last bound behind them.
    ///   - nanoseconds: the sum of all that was measured.
    static func samples(bounds: [Double], counts: [UInt64], nanoseconds: UInt64, labels: [Label] = []) -> [Sample] {
        var samples: [Sample] = []
        var sum: UInt64 = 0
        for (bound, count) in zip(bounds.map { "\($0)" } + ["+Inf"], counts) {
            sum &+= count
            samples.append(Sample(suffix: "_bucket", labels: labels + [Label(name: "le", value: bound)], value: .count(sum)))
        }
        samples.append(Sample(suffix: "_sum", labels: labels, value: .number(Double(nanoseconds) / 1_000_000_000)))
        samples.append(Sample(suffix: "_count", labels: labels, value: .count(sum)))
        return samples
    }
}

extension LiveObjects.Kind {
    fileprivate var metric: String {
        switch self {
        case .connections: "gatehouse_live_connections"
        case .tlsConnections: "gatehouse_live_tls_connections"
        case .sessions: "gatehouse_live_sessions"
        case .sockets: "gatehouse_live_sockets"
        case .clients: "gatehouse_live_clients"
        case .rooms: "gatehouse_live_rooms"
        case .timers: "gatehouse_live_timers"
        case .tasks: "gatehouse_live_tasks"
        }
    }

    fileprivate var help: String {
        switch self {
        case .connections: "TCP connections in memory."
        case .tlsConnections: "TLS connections in memory."
        case .sessions: "Engine.IO sessions in memory."
        case .sockets: "Sockets in memory: one for each client in a namespace."
        case .clients: "Client objects in memory, those that gateways keep of clients that have left among them."
        case .rooms: "Rooms in memory."
        case .timers: "Deadlines and timers that are waited for."
        case .tasks: "Handlers and hooks that have suspended and not ended, timers that run, and answers that are being gathered."
        }
    }
}

extension ProcessUsage {
    fileprivate var metrics: [Metric] {
        [
            Metric("process_cpu_seconds_total", .counter, "CPU time of the process, its own and the system's for it.", .number(cpuSeconds)),
            Metric("process_resident_memory_bytes", .gauge, "Memory of the process that is in RAM.", .count(residentBytes)),
        ]
    }
}
