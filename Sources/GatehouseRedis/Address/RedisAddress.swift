#if Redis
    /// Where a Redis server is, and who the gateway is there.
    package struct RedisAddress: Sendable, Hashable {
        package enum Place: Sendable, Hashable {
            case tcp(host: String, port: Int, isEncrypted: Bool)
            case unixSocket(String)
        }

        package var place: Place
        /// `nil`: the default user.
        package var user: String?
        package var password: String?
        package var database = 0
        /// A PEM file of the authorities to trust over TLS; `nil` for the system's own.
        package var authorityPath: String?

        package init(_ place: Place) { self.place = place }

        /// The address for logs: never with the password.
        package var description: String {
            let who = user.map { "\($0)@" } ?? ""
            let which = database == 0 ? "" : "/\(database)"
            switch place {
            case .tcp(let host, let port, let isEncrypted):
                let name = host.contains(":") ? "[\(host)]" : host
                return "\(isEncrypted ? "rediss" : "redis")://\(who)\(name):\(port)\(which)"
            case .unixSocket(let path): return "unix://\(who)\(path)" + (database == 0 ? "" : "?db=\(database)")
            }
        }
    }

    extension RedisAddress: CustomStringConvertible, CustomDebugStringConvertible {
        package var debugDescription: String { description }
    }
#endif
