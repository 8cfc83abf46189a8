/// How a server joins others over Redis; see the article about clusters.
public struct ClusterSettings: Sendable, Equatable {
    /// Which of Node's adapters it speaks with the others: all nodes of a cluster speak the same.
    public enum Adapter: String, Sendable, CaseIterable {
        /// `redis-streams-adapter`: a short outage of Redis loses nothing.
        case streams
        /// `redis-adapter`, and `redis-emitter` as a sender.
        case pubsub
        /// The sharded adapter: a node gets only what is for its rooms.
        case sharded
    }

    /// `redis://[user@]host[:port][/database]`, `rediss://…` or `unix:///path[?db=number]`.
    public var url: String
    /// The adapter.
    public var adapter = Adapter.streams
    /// What the names of all channels and keys begin with.
    public var prefix = "socket.io"
    /// A file with the password, readable by its owner only.
    public var passwordFile: String?
    /// A PEM file of the authorities to trust with `rediss://`; `nil` for the system's own.
    public var authorities: String?
    /// Whether a start without Redis is refused, and `/readyz` says no while it is away.
    public var isRequired = false
    /// Whether clients are let in although it is not known what staff did on other nodes: at a start without Redis. Without it they are
    /// answered `unavailable` until Redis answers.
    public var servesBehind = false
    /// A file with a secret of 32 bytes or more, the same on all nodes, readable by its owner only. With it, acts of staff are taken from
    /// nodes that know it alone; without it, from whoever may write to Redis.
    public var keyFile: String?

    /// A cluster at a Redis.
    public init(url: String) { self.url = url }
}

extension ClusterSettings {
    static let form = "redis://[user@]host[:port][/database], rediss://… or unix:///path, without a password"

    /// A password in an address would stand in process lists and in printed settings.
    static func isURL(_ text: String) -> Bool {
        guard let head = ["redis://", "rediss://", "unix://"].first(where: text.hasPrefix) else { return false }
        let rest = text.dropFirst(head.count)
        let identity = rest.lastIndex(of: "@").map { rest[..<$0] } ?? ""
        return !identity.contains(":") && !rest.isEmpty && text.utf8.count <= 512
    }

    /// A prefix is part of patterns and of names that others split at `#`.
    static func isPrefix(_ text: String) -> Bool {
        text.utf8.count <= 64
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                    UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: ":"):
                    true
                default: false
                }
            }
    }
}
