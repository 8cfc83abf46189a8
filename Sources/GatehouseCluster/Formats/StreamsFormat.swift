#if Redis
    import GatehouseJSON
    package import GatehouseRedis
    package import NIOCore
    import SocketIO

    /// Node's `redis-streams-adapter` 0.3 (CLU-12): what must not be lost goes through a stream, in one order for all nodes; requests and answers
    /// go over Pub/Sub.
    package struct StreamsFormat: ClusterFormat {
        package let uid: String
        private let prefix: String
        private let name: String
        /// Entries that the stream keeps, more or less.
        private let length: Int

        package init(prefix: String = "socket.io", uid: String = ClusterID.hexadecimal(), length: Int = 10_000) {
            self.prefix = prefix
            self.uid = uid
            self.length = length
            name = prefix
        }

        package var stream: String? { name }

        package func requestID() -> String { ClusterID.hexadecimal() }

        package func command(for message: ClusterMessage, to requester: String?) throws(ClusterFault) -> RedisCommand {
            if case .word(let word, let seal) = message.body {
                let command = RedisCommand(
                    "XADD", name, "MAXLEN", "~", String(length), "*", "uid", message.sender, "gatehouse", word.kind.rawValue, "ns",
                    message.namespace, "value", word.value.serialized)
                return seal.map { command.adding("seal", $0) } ?? command
            }
            guard !message.isEphemeral else {
                let answer = message.isAnswer ? (requester ?? "") + "#" : ""
                return RedisCommand("PUBLISH", channel(message.namespace) + answer).adding(try message.whole.messagePack())
            }
            var command = RedisCommand(
                "XADD", name, "MAXLEN", "~", String(length), "*", "uid", message.sender, "nsp", message.namespace, "type",
                String(message.type))
            // Node's adapter passes over fields that it does not know.
            if let origin = message.origin { command = command.adding("origin", origin.description) }
            guard let data = message.data else { return command }
            command = command.adding("data")
            guard data.hasBinary else { return command.adding(data.json) }
            return command.adding(Base64.padded.encode(try data.messagePack().readableBytesView))
        }

        private func channel(_ namespace: String) -> String { "\(prefix)#\(namespace)#" }

        package func subscriptions(of namespace: String) -> [(kind: RedisSubscription.Kind, names: [String])] {
            [(.channel, [channel(namespace), "\(channel(namespace))\(uid)#"])]
        }

        package func message(_ bytes: ByteBuffer, from channel: String) throws(ClusterFault) -> ClusterMessage? {
            let message = try ClusterMessage(whole: bytes)
            // A namespace has a channel of its own: a message in another's is a forgery or a mistake.
            guard channel.utf8.starts(with: self.channel(message.namespace).utf8) else { throw ClusterFault("namespace") }
            return message
        }

        package func message(_ entry: RedisStreamEntry) throws(ClusterFault) -> ClusterMessage? {
            // Node's adapter passes over entries without a namespace, such as other programs'.
            guard let namespace = entry["nsp"] else { return try word(entry) }
            guard let uid = entry["uid"], let type = entry["type"].flatMap({ Int(String(buffer: $0)) }) else {
                throw ClusterFault("no_type")
            }
            guard uid.readableBytes <= 256, namespace.readableBytes <= 256 else { throw ClusterFault("no_uid") }
            var scanner: ClusterScanner?
            if let data = entry["data"] {
                if data.readableBytesView.first == UInt8(ascii: "{") {
                    scanner = try ClusterScanner(json: data)
                } else {
                    guard let bytes = Base64.padded.decode(data) else { throw ClusterFault("base64") }
                    scanner = try ClusterScanner(messagePack: bytes)
                }
            }
            var message = try ClusterMessage(
                type: type, sender: String(buffer: uid), namespace: String(buffer: namespace), scanner?.root, scanner)
            message.position = SharedPosition(entry.id)
            if let origin = entry["origin"] {
                guard origin.readableBytes <= 64, let place = RecoveryOffset(String(buffer: origin)) else { throw ClusterFault("origin") }
                message.origin = place
            }
            return message
        }

        /// Words of Gatehouse nodes have no `nsp`, so that Node's adapter passes over them.
        private func word(_ entry: RedisStreamEntry) throws(ClusterFault) -> ClusterMessage? {
            func field(_ name: String, _ limit: Int = 256) -> String? {
                entry[name].flatMap { $0.readableBytes <= limit ? String(validating: $0.readableBytesView, as: UTF8.self) : nil }
            }
            guard entry["gatehouse"] != nil else { return nil }
            guard let kind = field("gatehouse").flatMap(ClusterWord.Kind.init), let uid = field("uid"), let namespace = field("ns"),
                let text = field("value", 1_024 * 1_024), let value = try? JSONValue(parsing: text, limits: .maximum)
            else { throw ClusterFault("word") }
            var message = ClusterMessage(
                sender: uid, namespace: namespace, .word(ClusterWord(kind, value), seal: field("seal")))
            message.position = SharedPosition(entry.id)
            return message
        }

        package func count(of namespace: String) -> RedisCommand { RedisCommand("PUBSUB", "NUMSUB", channel(namespace)) }
    }
#endif
