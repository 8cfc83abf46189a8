#if Redis
    package import Gatehouse
    import GatehouseAudit
    import GatehouseRedis
    import NIOCore

    /// The log of staff's acts as a Redis stream, which keeps them for nodes that are away (CLU-22). Any thread.
    package struct RedisActLog: SharedLog {
        private let keys: ActLogKeys
        private let sealing: ActSealing
        private let lifetime: Int
        /// Carries a command out.
        private let ask: @Sendable (RedisCommand) async throws -> RedisValue
        /// The same on a connection that may wait.
        private let wait: @Sendable (RedisCommand) async throws -> RedisValue
        package let retention: SharedLogRetention

        init(
            prefix: String, _ sealing: ActSealing, _ retention: SharedLogRetention,
            ask: @escaping @Sendable (RedisCommand) async throws -> RedisValue,
            wait: @escaping @Sendable (RedisCommand) async throws -> RedisValue
        ) {
            keys = ActLogKeys(prefix: prefix)
            self.sealing = sealing
            self.retention = retention
            self.ask = ask
            self.wait = wait
            lifetime = 3_600
        }

        package func name() async throws -> String {
            _ = try await ask(RedisCommand("HSETNX", keys.state, "name", ClusterID.hexadecimal() + ClusterID.hexadecimal()))
            guard let name = try await ask(RedisCommand("HGET", keys.state, "name")).text else {
                throw RedisError(.answer, "Redis has lost the name of the log of acts.")
            }
            return name
        }

        package func append(_ entry: SharedEntry) async throws {
            _ = try await ask(RedisCommand(["XADD", keys.stream, "*"] + sealing.fields(entry)))
        }

        package func entries(after position: String?, limit: Int, waitingFor time: Duration) async throws -> [SharedLogLine] {
            let milliseconds = Int(clamping: TimeAmount(time).nanoseconds / 1_000_000)
            let block = milliseconds > 0 ? ["BLOCK", String(milliseconds)] : []
            let command = RedisCommand(["XREAD", "COUNT", String(limit)] + block + ["STREAMS", keys.stream, position ?? "0-0"])
            guard let streams = try await (milliseconds > 0 ? wait : ask)(command).array, let parts = streams.first?.array, parts.count == 2
            else { return [] }
            return RedisStreamEntry.entries(parts[1]).map { sealing.line($0) }
        }

        // MARK: Snapshots

        package func snapshot() async throws -> SharedSnapshot? {
            guard let found = try await ask(RedisCommand("HMGET", keys.state, "snapshot", "parts")).array, found.count == 2,
                let position = found[0].text, let count = found[1].text.flatMap({ Int($0) }), (0...100_000).contains(count)
            else { return nil }
            var parts: [String] = []
            while parts.count < count {
                let range = [String(parts.count), String(parts.count + 15)]
                let some = try await ask(RedisCommand(["LRANGE", keys.snapshot(position)] + range)).array ?? []
                guard !some.isEmpty else { throw RedisError(.answer, "The snapshot of the log of acts is not whole.") }
                for sealed in some {
                    guard let text = sealed.text.flatMap({ sealing.opened(part: $0, parts.count, count: count, position: position) }) else {
                        throw RedisError(.answer, "The snapshot of the log of acts does not bear the cluster's seal.")
                    }
                    parts.append(text)
                }
            }
            return SharedSnapshot(position: position, parts: parts)
        }

        package func standing(of position: String) async throws -> SharedLogStanding {
            guard let own = Self.order(position) else { return .lost }
            let end = try await ask(RedisCommand("XREVRANGE", keys.stream, "+", "-", "COUNT", "1"))
            guard let last = RedisStreamEntry.entries(end).first.flatMap({ Self.order($0.id) }), last >= own else { return .lost }
            let removed = try await ask(RedisCommand("HGET", keys.state, "removed")).text.flatMap(Self.order)
            return removed.map { own < $0 } == true ? .gap : .whole
        }

        /// The two numbers of a position, to compare by.
        private static func order(_ position: String) -> (UInt64, UInt64)? {
            let parts = position.split(separator: "-")
            guard let first = parts.first.flatMap({ UInt64($0) }) else { return nil }
            return (first, parts.dropFirst().first.flatMap { UInt64($0) } ?? 0)
        }

        package func needsSnapshot() async throws -> Bool {
            (try await ask(RedisCommand("XLEN", keys.stream)).integer).map { $0 > Int64(retention.entries) } ?? false
        }

        package func keep(_ snapshot: SharedSnapshot) async throws -> Bool {
            guard try await ask(RedisCommand("SET", keys.lock, "1", "NX", "EX", "600")) != .null else { return false }
            let earlier = try await ask(RedisCommand("HGET", keys.state, "snapshot")).text
            let list = keys.snapshot(snapshot.position)
            _ = try await ask(RedisCommand("DEL", list))
            for (index, part) in snapshot.parts.enumerated() {
                _ = try await ask(RedisCommand("RPUSH", list, sealing.sealed(part: part, index, of: snapshot)))
            }
            let removed = try await oldest(before: snapshot.position)
            var state = ["HSET", keys.state, "snapshot", snapshot.position, "parts", String(snapshot.parts.count)]
            // First what is missing, then what is removed: a reader in between takes the snapshot without need.
            if let removed { state += ["removed", removed] }
            _ = try await ask(RedisCommand(state))
            if let removed { _ = try await ask(RedisCommand("XTRIM", keys.stream, "MINID", removed)) }
            // Somebody may be reading it.
            if let earlier, earlier != snapshot.position {
                _ = try await ask(RedisCommand("EXPIRE", keys.snapshot(earlier), String(lifetime)))
            }
            _ = try await ask(RedisCommand("DEL", keys.lock))
            return true
        }

        /// The first position that stays: by Redis' clock, and nothing behind the snapshot goes.
        private func oldest(before position: String) async throws -> String? {
            let time = try await ask(RedisCommand("TIME")).array?.compactMap { $0.text.flatMap { UInt64($0) } } ?? []
            guard time.count == 2, let snapshot = Self.order(position) else { return nil }
            let (age, _) = retention.age.components
            let limit = (time[0] &* 1_000 &+ time[1] / 1_000).subtractingReportingOverflow(UInt64(clamping: age) &* 1_000)
            guard !limit.overflow else { return nil }
            return (limit.partialValue, 0) < snapshot ? "\(limit.partialValue)-0" : position
        }
    }
#endif
