import EngineIO
import Gatehouse
import GatehouseAudit
import GatehousePolicy
import SocketIO

/// What `stats` answers, gathered from every event loop.
enum ServerStatistics {
    static func gather(_ runtime: ServerRuntime) async throws -> JSONObject {
        var connections = 0
        var transports: [String: Int] = [:]
        var namespaces: [String: Int] = [:]
        var rooms = 0
        var queued = 0
        var counters = SocketIOLoop.Counters()
        for loop in runtime.sockets.allLoops {
            let part = try await loop.submit { Part($0, runtime.mounted) }
            connections += part.connections
            transports.merge(part.transports, uniquingKeysWith: +)
            namespaces.merge(part.namespaces, uniquingKeysWith: +)
            rooms += part.rooms
            queued += part.queuedBytes
            counters.delivered += part.counters.delivered
            counters.droppedVolatile += part.counters.droppedVolatile
            counters.unknownAcks += part.counters.unknownAcks
            counters.droppedAfterLeave += part.counters.droppedAfterLeave
        }
        let bundle = runtime.policies.current
        return [
            "connections": .integer(Int64(connections)),
            "transports": .object(JSONObject(counts: transports)),
            "namespaces": .object(JSONObject(counts: namespaces)),
            "rooms": .integer(Int64(rooms)),
            "users": .integer(Int64(runtime.users.count)),
            "queue_bytes": .integer(Int64(queued)),
            "delivered": .integer(Int64(counters.delivered)),
            "dropped_volatile": .integer(Int64(counters.droppedVolatile)),
            "unknown_acks": .integer(Int64(counters.unknownAcks)),
            "policy": ["generation": .integer(Int64(bundle.generation)), "sha256": .string(bundle.sha256)],
            "audit": ["seq": .integer(Int64(clamping: runtime.audit.head.seq)), "fill": .integer(Int64(runtime.audit.fill))],
            "uptime_s": .integer((runtime.clock.wallMilliseconds() - runtime.started) / 1_000),
        ]
    }

    private struct Part: Sendable {
        let connections: Int
        var transports: [String: Int] = [:]
        var namespaces: [String: Int] = [:]
        var rooms = 0
        var queuedBytes = 0
        let counters: SocketIOLoop.Counters

        init(_ loop: SocketIOLoop, _ mounted: [MountedNamespace]) {
            connections = loop.connections.count
            counters = loop.counters
            for connection in loop.connections.values {
                transports[connection.session.transport.rawValue, default: 0] += 1
                queuedBytes += connection.session.queuedBytes
            }
            for namespace in loop.namespaces {
                // Those of a pattern count together: there may be as many as clients.
                let definition = namespace.definition
                let name = definition.isDynamic ? mounted[definition.index].pattern.description : definition.namespace.name
                namespaces[name, default: 0] += namespace.everyone.members.count
                rooms += namespace.rooms.count
            }
        }
    }
}

extension JSONObject {
    fileprivate init(counts: [String: Int]) {
        self.init(members: counts.sorted { $0.key < $1.key }.map { ($0.key, .integer(Int64($0.value))) })
    }
}
