import EngineIO
import Gatehouse
import GatehouseAudit
import GatehousePolicy
import SocketIO

/// What `stats` answers, gathered from every event loop.
enum ServerStatistics {
    static func gather(_ runtime: ServerRuntime) async throws -> JSONObject {
        let now = try await ServerMeasurement(of: runtime)
        let bundle = runtime.policies.current
        return [
            "connections": .integer(Int64(now.connections)),
            "transports": .object(JSONObject(counts: now.transports)),
            "namespaces": .object(JSONObject(counts: now.namespaces)),
            "rooms": .integer(Int64(now.rooms)),
            "users": .integer(Int64(runtime.users.count)),
            "queue_bytes": .integer(Int64(now.queuedBytes)),
            "delivered": .integer(Int64(now.counters.delivered)),
            "dropped_volatile": .integer(Int64(now.counters.droppedVolatile)),
            "unknown_acks": .integer(Int64(now.counters.unknownAcks)),
            "policy": ["generation": .integer(Int64(bundle.generation)), "sha256": .string(bundle.sha256)],
            "audit": ["seq": .integer(Int64(clamping: runtime.audit.head.seq)), "fill": .integer(Int64(runtime.audit.fill))],
            "uptime_s": .integer((runtime.clock.wallMilliseconds() - runtime.started) / 1_000),
        ]
    }
}

extension JSONObject {
    fileprivate init(counts: [String: Int]) {
        self.init(members: counts.sorted { $0.key < $1.key }.map { ($0.key, .integer(Int64($0.value))) })
    }
}
