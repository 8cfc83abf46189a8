#if Redis
    package import GatehouseAudit
    package import GatehouseRedis
    package import SocketIO

    /// How sessions stand in Redis: each under a name that only its secret gives, for its user and its namespace (REC-03). With a key of the
    /// cluster, each bears its seal. Pure.
    package struct SessionKeeping: Sendable {
        private let prefix: String
        private let key: MessageSeal?

        package init(prefix: String, _ key: MessageSeal?) {
            self.prefix = "\(prefix):gatehouse:session:"
            self.key = key
        }

        /// The name shows neither the secret nor the user.
        package func name(_ pid: Bits128, _ owner: [UInt8], _ namespace: String) throws -> String {
            let secret = try MessageSeal(secret: Array("gatehouse session \(pid)".utf8))
            return prefix + (try secret.seal([namespace, String(decoding: owner, as: UTF8.self)]))
        }

        /// - Parameter milliseconds: for how long.
        package func keep(_ session: RecoverySession, _ namespace: String, isNew: Bool, milliseconds: Int64) throws -> RedisCommand {
            let name = try name(session.pid, session.owner, namespace)
            let value = try sealed(SessionText.write(session), session.holder, name)
            let lifetime = String(max(1, milliseconds))
            if isNew { return RedisCommand("SET", name, value, "PX", lifetime) }
            return RedisCommand("EVAL", Self.keepScript, "1", name, Self.text(session.holder), value, lifetime)
        }

        package func forget(_ session: RecoverySession, _ namespace: String) throws -> RedisCommand {
            RedisCommand(
                "EVAL", Self.forgetScript, "1", try name(session.pid, session.owner, namespace), Self.text(session.holder))
        }

        /// Nobody else gets what this gets.
        package func take(_ name: String) -> RedisCommand { RedisCommand("GETDEL", name) }

        /// What was taken; `nil` for what no node has written.
        package func session(_ value: String, _ name: String, pid: Bits128, owner: [UInt8]) -> RecoverySession? {
            let lines = value.split(separator: "\n", maxSplits: 2, omittingEmptySubsequences: false)
            guard lines.count == 3, let holder = UInt64(lines[0], radix: 16) else { return nil }
            let text = String(lines[2])
            if let key {
                guard key.isGenuine(String(lines[1]), of: Self.parts(text, holder, name)) else { return nil }
            }
            return SessionText.read(text, pid: pid, owner: owner)
        }

        /// The holder stands first, where the scripts find it.
        private func sealed(_ text: String, _ holder: UInt64, _ name: String) throws -> String {
            let seal = try key.map { try $0.seal(Self.parts(text, holder, name)) } ?? "-"
            return "\(Self.text(holder))\n\(seal)\n\(text)"
        }

        private static func parts(_ text: String, _ holder: UInt64, _ name: String) -> [String] {
            ["session", name, Self.text(holder), text]
        }

        private static func text(_ holder: UInt64) -> String { ClusterID.hexadecimal(holder) }

        private static let keepScript = """
            local known = redis.call('GET', KEYS[1])
            if known and string.sub(known, 1, 16) == ARGV[1] then
              redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
              return 1
            end
            return 0
            """

        private static let forgetScript = """
            local known = redis.call('GET', KEYS[1])
            if known and string.sub(known, 1, 16) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
            return 0
            """
    }
#endif
