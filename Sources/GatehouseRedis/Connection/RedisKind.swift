#if Redis
    /// What kind of server answers, as its `INFO server` says. Pure.
    enum RedisKind: String {
        case standalone, cluster, sentinel

        /// - Parameter reply: the answer to `INFO server`; Valkey has the same line.
        /// - Returns: `nil` where it does not say.
        init?(information reply: RedisValue) {
            guard let text = reply.text,
                let line = text.split(whereSeparator: \.isNewline).first(where: { $0.hasPrefix("redis_mode:") })
            else { return nil }
            self.init(rawValue: String(line.dropFirst("redis_mode:".count)))
        }

        /// Why Gatehouse does not use it; `nil` if it does.
        var obstacle: String? {
            switch self {
            case .standalone: nil
            case .cluster: "a node of a Redis Cluster, which Gatehouse does not follow: name a Redis that holds all keys."
            case .sentinel: "a Sentinel, which Gatehouse does not ask: name the Redis itself, or a proxy that follows the Sentinels."
            }
        }
    }
#endif
