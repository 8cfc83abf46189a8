import EngineIO
import Gatehouse
import GatehouseAudit
import GatehouseJSON
import GatehouseLiveObjects
import GatehousePolicy
import GatehouseTLS
import SocketIO

/// The answer of `stats`, gathered from every event loop.
enum ServerStatistics {
    /// The most rules whose refusals are shown: those with most.
    private static let rules = 100

    /// Reads files: not for event loops.
    static func gather(_ runtime: ServerRuntime) async throws -> JSONObject {
        let now = try await ServerMeasurement(of: runtime)
        let bundle = runtime.policies.current
        var answer: JSONObject = [
            "connections": .integer(Int64(now.connections)),
            "transports": .object(JSONObject(counts: now.transports)),
            "namespaces": .object(JSONObject(counts: now.namespaces)),
            "rooms": .integer(Int64(now.rooms)),
            "users": .integer(Int64(runtime.users.count)),
            "queue_bytes": .integer(Int64(now.queuedBytes)),
            "received": .integer(Int64(clamping: now.received)),
            "delivered": .integer(Int64(now.counters.delivered)),
            "dropped_volatile": .integer(Int64(now.counters.droppedVolatile)),
            "unknown_acks": .integer(Int64(now.counters.unknownAcks)),
            "rates": [
                "messages_per_s": rates(now.messages), "connects_per_s": rates(now.connects),
            ],
            "denials": .object(denials(now.denials)),
            "policy": ["generation": .integer(Int64(bundle.generation)), "sha256": .string(bundle.sha256)],
            "audit": audit(runtime.audit),
            "feed": ["subscribers": .integer(Int64(runtime.feed.count))],
            "loops": .array(now.loops.map { .object(loop($0)) }),
            "uptime_s": .integer((runtime.clock.wallMilliseconds() - runtime.started) / 1_000),
        ]
        if let usage = ProcessUsage.now {
            answer["process"] = [
                "rss_bytes": .integer(Int64(usage.residentBytes)), "cpu_ms": .integer(Int64(clamping: Int(usage.cpuSeconds * 1_000))),
            ]
        }
        if let facts = runtime.facts.current {
            let live = facts.live() + LiveCounts([runtime.live])
            answer["live"] = .object(
                JSONObject(members: LiveObjects.Kind.allCases.map { ($0.rawValue, .integer(Int64(live[$0]))) }))
            if let certificate = facts.certificate() {
                answer["certificate"] = [
                    "not_after": .integer(certificate.notAfter),
                    "days_left": .integer((certificate.notAfter - runtime.clock.wallMilliseconds() / 1_000) / 86_400),
                ]
            }
            answer["limits"] = facts.limits(bundle).json
        }
        return answer
    }

    /// The same with the other nodes of the cluster: `nodes`, and what all of them have together. The policies of a node that differ from
    /// this one's are marked (CLU-25).
    static func gatherAll(_ runtime: ServerRuntime) async throws -> JSONObject {
        var answer = try await gather(runtime)
        guard let status = runtime.cluster?.status else { return answer }
        let others = await OtherNodes(runtime: runtime).ask(.stats)
        let own = answer["policy"]?["sha256"]?.stringValue
        let nodes = [answer.adding(["node": .string(runtime.node)])] + others.answers.compactMap(\.objectValue)
        func sum(_ member: String) -> JSONValue {
            .integer(nodes.reduce(0) { $0.addingReportingOverflow($1[member]?.integerValue ?? 0).partialValue })
        }
        answer["node"] = .string(runtime.node)
        answer["cluster"] = [
            "connected": .bool(status.isConnected), "connections": sum("connections"), "users_by_node": sum("users"),
            "nodes": .array(
                nodes.map { node in
                    var short = JSONObject()
                    for member in ["node", "connections", "namespaces", "rooms", "users", "rates", "policy", "uptime_s"] {
                        short[member] = node[member]
                    }
                    short["policy_differs"] = .bool(node["policy"]?["sha256"]?.stringValue != own)
                    return .object(short)
                }),
            "silent_nodes": others.silentNodes,
        ]
        return answer
    }

    private static func rates(_ recent: ServerMeasurement.Recent) -> JSONValue {
        ["10s": tenths(recent.tenSeconds), "1m": .number(Double(recent.minute * 10 / 60) / 10)]
    }

    private static func tenths(_ count: UInt64) -> JSONValue { .number(Double(count) / 10) }

    /// The rules that refused most.
    private static func denials(_ all: [String: UInt64]) -> JSONObject {
        let order = all.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        return JSONObject(members: order.prefix(rules).map { ($0.key, .integer(Int64(clamping: $0.value))) })
    }

    private static func audit(_ audit: AuditLog) -> JSONValue {
        let lag = audit.lag.components
        return [
            "seq": .integer(Int64(clamping: audit.head.seq)), "fill": .integer(Int64(audit.fill)),
            "lag_ms": .integer(lag.seconds * 1_000 + lag.attoseconds / 1_000_000_000_000_000),
            "lost": .integer(Int64(clamping: audit.lost)), "writable": .bool(audit.health == .healthy),
        ]
    }

    private static func loop(_ loop: ServerMeasurement.Loop) -> JSONObject {
        let lag = loop.lag
        let count = lag.counts.reduce(0, &+)
        let late = zip(LoopLag.bounds + [.max], lag.counts).reduce(0) { $0 + ($1.0 > 5 ? $1.1 : 0) }
        return [
            "connections": .integer(Int64(loop.connections)),
            "lag_us": .integer(Int64(clamping: count == 0 ? 0 : lag.nanoseconds / count / 1_000)),
            "late_5ms": .integer(Int64(clamping: late)), "turns": .integer(Int64(clamping: count)),
        ]
    }
}

extension JSONObject {
    fileprivate init(counts: [String: Int]) {
        self.init(members: counts.sorted { $0.key < $1.key }.map { ($0.key, .integer(Int64($0.value))) })
    }
}
