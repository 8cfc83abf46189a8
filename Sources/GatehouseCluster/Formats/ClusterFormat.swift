#if Redis
    package import GatehouseRedis
    package import NIOCore

    /// How messages are written for one of Node's adapters, and read again. Pure: it does no I/O.
    package protocol ClusterFormat: Sendable {
        /// The id of this node, in the form that the adapter has.
        var uid: String { get }
        /// A new id of a request.
        func requestID() -> String
        /// The command that sends a message to all nodes, or an answer to the one that asked.
        /// - Parameter requester: the node that asked; only for answers.
        /// - Throws: ``ClusterFault`` for a payload that cannot be written.
        func command(for message: ClusterMessage, to requester: String?) throws(ClusterFault) -> RedisCommand
        /// What to listen to for namespaces that are declared by name.
        func subscriptions(of namespace: String) -> [(kind: RedisSubscription.Kind, names: [String])]
        /// Whether a room with members here is listened to for itself.
        var followsRooms: Bool { get }
        /// What to listen to for a room that has members here.
        func subscription(of room: String, in namespace: String) -> (kind: RedisSubscription.Kind, names: [String])?
        /// A message from a channel; `nil` for what is not for this adapter.
        /// - Throws: ``ClusterFault``
        func message(_ bytes: ByteBuffer, from channel: String) throws(ClusterFault) -> ClusterMessage?
        /// The stream that is read besides; `nil` for none.
        var stream: String? { get }
        /// A message from the stream; `nil` for what is not for this adapter.
        /// - Throws: ``ClusterFault``
        func message(_ entry: RedisStreamEntry) throws(ClusterFault) -> ClusterMessage?
        /// The command that counts the nodes which serve a namespace; its answer is `[channel, count]`.
        func count(of namespace: String) -> RedisCommand
    }

    extension ClusterFormat {
        package var followsRooms: Bool { false }
        package var stream: String? { nil }
        package func message(_ entry: RedisStreamEntry) throws(ClusterFault) -> ClusterMessage? { nil }
        package func subscription(of room: String, in namespace: String) -> (kind: RedisSubscription.Kind, names: [String])? { nil }
    }

    /// The adapters of Node that this server works with.
    package enum ClusterAdapterKind: String, Sendable, CaseIterable {
        case streams, pubsub, sharded

        package func format(prefix: String) -> any ClusterFormat {
            switch self {
            case .streams: StreamsFormat(prefix: prefix)
            case .pubsub: PubSubFormat(prefix: prefix)
            case .sharded: ShardedFormat(prefix: prefix)
            }
        }
    }

    enum ClusterID {
        /// 16 hexadecimal digits, as Node's cluster adapters have them.
        static func hexadecimal() -> String {
            hexadecimal(UInt64.random(in: .min ... .max))
        }

        static func hexadecimal(_ bits: UInt64) -> String {
            let digits = String(bits, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }

        /// Six letters and digits, as `redis-adapter` has them.
        static func short() -> String {
            let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
            return String((0..<6).compactMap { _ in letters.randomElement() })
        }
    }
#endif
