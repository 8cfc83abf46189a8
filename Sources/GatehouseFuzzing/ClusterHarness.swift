#if Redis
    import GatehouseCluster
    import GatehouseJSON
    import GatehouseRedis
    import NIOCore

    /// FZ-11: what comes from Redis. RESP is read alike wherever it is cut; MessagePack and messages of other nodes are refused, or come out
    /// the same when they are written and read again (CLU-04).
    package struct ClusterHarness: FuzzHarness {
        package static let name = "cluster"

        private let sharded = ShardedFormat(uid: "0123456789abcdef")
        private let streams = StreamsFormat(uid: "0123456789abcdef")
        private let pubsub = PubSubFormat(uid: "abcdef")

        package init() {}

        package mutating func run(_ input: [UInt8]) throws {
            try replies(input)
            let bytes = ByteBuffer(bytes: input)
            try messagePack(bytes)
            try again(bytes, sharded) { format, bytes throws(ClusterFault) in try format.message(bytes, from: "socket.io#/#") }
            for channel in ["socket.io#/#r1#", "socket.io-request#/#", "socket.io-response#/#"] {
                try again(bytes, pubsub) { format, bytes throws(ClusterFault) in try format.message(bytes, from: channel) }
            }
            try entries(bytes)
        }

        private func replies(_ input: [UInt8]) throws {
            var first: (replies: [RedisValue], isBroken: Bool)?
            for parts in Splits.of(input) {
                let reader = try RESPReader()
                var found: (replies: [RedisValue], isBroken: Bool) = ([], false)
                do throws(RedisError) {
                    for part in parts {
                        try reader.feed(part)
                        while let reply = try reader.next() { found.replies.append(reply) }
                    }
                } catch {
                    found.isBroken = true
                }
                if let first { try require(first == found, "RESP that is cut otherwise is read otherwise") }
                first = first ?? found
            }
        }

        private func messagePack(_ bytes: ByteBuffer) throws {
            guard let (value, attachments) = try? MessagePackReader.read(bytes) else { return }
            var text = ByteBuffer()
            value.write(to: &text)
            guard PlaceholderCount.of(text.readableBytesUInt8Span) == attachments.count else { return }
            let written = MessagePackReader.written(value, attachments)
            guard let again = try? MessagePackReader.read(written) else { throw BrokenOracle("what was written is refused") }
            try require(MessagePackReader.written(again.value, again.attachments) == written, "MessagePack comes out otherwise")
        }

        /// Only messages whose own writing is understood are compared: payloads are sent on as they came.
        private func again<Format: ClusterFormat>(
            _ bytes: ByteBuffer, _ format: Format, _ read: (Format, ByteBuffer) throws(ClusterFault) -> ClusterMessage?
        ) throws {
            guard let message = try? read(format, bytes), let command = try? format.command(for: message, to: "x"),
                let channel = command.arguments.dropFirst().first, let written = command.arguments.last
            else { return }
            guard let second = try? format.message(written, from: String(buffer: channel)) else {
                throw BrokenOracle("a message that was taken is refused once it is written")
            }
            try require(
                try format.command(for: second, to: "x") == command, "a message comes out otherwise once it is written and read again")
        }

        private func entries(_ bytes: ByteBuffer) throws {
            for type in 1...13 {
                let fields = ["uid", "u", "nsp", "/", "type", String(type), "data"].map { RedisValue.bulk(ByteBuffer(string: $0)) }
                guard let entry = RedisStreamEntry(.array([.bulk(ByteBuffer(string: "1-1")), .array(fields + [.bulk(bytes)])])) else {
                    throw BrokenOracle("an entry is refused")
                }
                guard let message = try? streams.message(entry) else { continue }
                try require(message.sender == "u", "a message has another sender than its entry")
            }
        }
    }
#endif
