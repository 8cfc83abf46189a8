#if Redis
    package import GatehouseRedis
    package import NIOCore
    import SocketIO

    /// Node's sharded adapter (CLU-11): sharded Pub/Sub of Redis 7, a channel for each room that has members on a node.
    package struct ShardedFormat: ClusterFormat {
        package let uid: String
        private let prefix: String

        package init(prefix: String = "socket.io", uid: String = ClusterID.hexadecimal()) {
            self.prefix = prefix
            self.uid = uid
        }

        package var followsRooms: Bool { true }

        package func requestID() -> String { ClusterID.hexadecimal() }

        package func command(for message: ClusterMessage, to requester: String?) throws(ClusterFault) -> RedisCommand {
            if case .word = message.body { throw ClusterFault("type") }
            var channel = channel(message.namespace)
            if message.isAnswer {
                channel += (requester ?? "") + "#"
            } else if case .broadcast(_, let audience, nil) = message.body, let room = audience.rooms.first, audience.rooms.count == 1,
                !Self.looksLikeSocket(room)
            {
                channel += room + "#"
            }
            let whole = message.whole
            return RedisCommand("SPUBLISH", channel).adding(whole.hasBinary ? try whole.messagePack() : whole.json)
        }

        /// Node's ids of sockets have 20 characters, and rooms that look like them share the namespace's channel. So do ours.
        private static func looksLikeSocket(_ room: String) -> Bool { room.utf16.count == 20 || SocketID(room) != nil }

        private func channel(_ namespace: String) -> String { "\(prefix)#\(namespace)#" }

        package func subscriptions(of namespace: String) -> [(kind: RedisSubscription.Kind, names: [String])] {
            [(.shard, [channel(namespace), "\(channel(namespace))\(uid)#"])]
        }

        package func subscription(of room: String, in namespace: String) -> (kind: RedisSubscription.Kind, names: [String])? {
            (.shard, ["\(channel(namespace))\(room)#"])
        }

        package func message(_ bytes: ByteBuffer, from channel: String) throws(ClusterFault) -> ClusterMessage? {
            let message = try ClusterMessage(whole: bytes)
            guard channel.utf8.starts(with: self.channel(message.namespace).utf8) else { throw ClusterFault("namespace") }
            return message
        }

        package func count(of namespace: String) -> RedisCommand { RedisCommand("PUBSUB", "SHARDNUMSUB", channel(namespace)) }
    }
#endif
