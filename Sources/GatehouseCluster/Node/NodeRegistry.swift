#if Redis
    package import GatehouseJSON
    package import GatehouseRedis
    package import NIOCore

    /// The Gatehouse nodes of a cluster: each writes into Redis every few seconds that it lives, and reads who else does. Times are Redis' own, so
    /// that the nodes' clocks need not agree.
    package struct NodeRegistry: Sendable {
        /// A node is taken for dead when it was silent for so many seconds; the others see it with their next heartbeat (PRE-02).
        package static let lifetime = 5
        package static let interval: TimeAmount = .seconds(2)

        private let key: String

        package init(prefix: String) { key = "\(prefix):gatehouse:nodes" }

        /// Says that a node lives, forgets the dead, and gives `[uid, text, uid, text, …]` of the living.
        package func beat(_ node: ClusterNodeDescription) -> RedisCommand {
            RedisCommand(
                "EVAL", Self.script, "2", key, key + ":about", String(Self.lifetime), node.uid, JSONValue.object(node.json).serialized)
        }

        /// The same without saying anything.
        package func read() -> RedisCommand { RedisCommand("EVAL", Self.script, "2", key, key + ":about", String(Self.lifetime), "", "") }

        package func leave(_ uid: String) -> [RedisCommand] {
            [RedisCommand("ZREM", key, uid), RedisCommand("HDEL", key + ":about", uid)]
        }

        private static let script = """
            local now = tonumber(redis.call('TIME')[1])
            if ARGV[2] ~= '' then
              redis.call('ZADD', KEYS[1], now, ARGV[2])
              redis.call('HSET', KEYS[2], ARGV[2], ARGV[3])
            end
            for _, dead in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', '(' .. (now - tonumber(ARGV[1])))) do
              redis.call('ZREM', KEYS[1], dead)
              redis.call('HDEL', KEYS[2], dead)
            end
            return redis.call('HGETALL', KEYS[2])
            """

        /// The nodes of an answer, by name.
        package func nodes(_ answer: RedisValue) -> [ClusterNodeDescription] {
            let flat = answer.array ?? []
            var nodes: [ClusterNodeDescription] = []
            var index = 0
            while index &+ 1 < flat.count, nodes.count < 1_000 {
                if let uid = flat[index].text, let text = flat[index &+ 1].bytes, let value = try? JSONValue(parsing: text),
                    let node = ClusterNodeDescription(uid: uid, value)
                {
                    nodes.append(node)
                }
                index &+= 2
            }
            return nodes.sorted { ($0.name, $0.uid) < ($1.name, $1.uid) }
        }
    }

    /// What a Gatehouse node tells the others of itself.
    package struct ClusterNodeDescription: Sendable, Equatable {
        /// Its id in the messages of its adapter.
        package var uid: String
        /// Its name in audit records.
        package var name: String
        package var adapter: String
        /// Seconds since 1970.
        package var started: Int64
        package var policyGeneration: Int
        package var policyHash: String
        package var clients: Int

        package init(
            uid: String, name: String, adapter: String, started: Int64, policyGeneration: Int, policyHash: String, clients: Int
        ) {
            self.uid = uid
            self.name = name
            self.adapter = adapter
            self.started = started
            self.policyGeneration = policyGeneration
            self.policyHash = policyHash
            self.clients = clients
        }

        package var json: JSONObject {
            JSONObject(members: [
                ("name", .string(name)), ("adapter", .string(adapter)), ("started", .integer(started)),
                ("policy_generation", .integer(Int64(policyGeneration))), ("policy_sha256", .string(policyHash)),
                ("clients", .integer(Int64(clients))),
            ])
        }

        init?(uid: String, _ value: JSONValue) {
            guard let name = value["name"]?.stringValue, name.utf8.count <= 256 else { return nil }
            self.init(
                uid: uid, name: name, adapter: value["adapter"]?.stringValue ?? "", started: value["started"]?.integerValue ?? 0,
                policyGeneration: Int(clamping: value["policy_generation"]?.integerValue ?? 0),
                policyHash: value["policy_sha256"]?.stringValue ?? "", clients: Int(clamping: value["clients"]?.integerValue ?? 0))
        }
    }
#endif
