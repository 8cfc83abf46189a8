#if Redis
    package import GatehouseRedis
    package import NIOCore
    import SocketIO

    /// Node's `redis-adapter` 8, and `redis-emitter` 5 as a sender (CLU-10).
    package struct PubSubFormat: ClusterFormat {
        package let uid: String
        private let prefix: String

        package init(prefix: String = "socket.io", uid: String = ClusterID.short()) {
            self.prefix = prefix
            self.uid = uid
        }

        package func requestID() -> String { ClusterID.short() }

        package func command(for message: ClusterMessage, to requester: String?) throws(ClusterFault) -> RedisCommand {
            let namespace = message.namespace
            func request(_ members: [(String, WireNode)]) -> RedisCommand {
                RedisCommand("PUBLISH", requestChannel(namespace)).adding(WireNode.map([("uid", .string(message.sender))] + members).json)
            }
            func answer(_ members: [(String, WireNode)]) -> RedisCommand {
                RedisCommand("PUBLISH", responseChannel(namespace)).adding(WireNode.map(members).json)
            }
            func name(_ request: String) -> (String, WireNode) { ("requestId", .string(request)) }
            func type(_ number: Int) -> (String, WireNode) { ("type", .integer(number)) }
            switch message.body {
            case .initialHeartbeat, .heartbeat, .close, .word: throw ClusterFault("type")
            case .broadcast(let packet, let audience, nil):
                let room = audience.rooms.count == 1 ? (audience.rooms.first ?? "") + "#" : ""
                let body = WireNode.array([.string(message.sender), packet.inNamespace(namespace), audience.options])
                return RedisCommand("PUBLISH", channel(namespace) + room).adding(try body.messagePack())
            case .broadcast(let packet, let audience, let request?):
                let body = WireNode.map([
                    ("uid", .string(message.sender)), name(request), type(7), ("packet", packet.inNamespace(namespace)),
                    ("opts", audience.options),
                ])
                return RedisCommand("PUBLISH", requestChannel(namespace)).adding(try body.messagePack())
            case .join(let audience, let rooms): return request([type(2), ("opts", audience.withoutFlags), ("rooms", .strings(rooms))])
            case .leave(let audience, let rooms): return request([type(3), ("opts", audience.withoutFlags), ("rooms", .strings(rooms))])
            case .disconnect(let audience, let close): return request([type(4), ("opts", audience.withoutFlags), ("close", .bool(close))])
            case .fetchSockets(let audience, let id): return request([name(id), type(5), ("opts", audience.withoutFlags)])
            case .serverSideEmit(let packet, nil): return request([type(6), ("data", .payload(packet))])
            case .serverSideEmit(let packet, let id?): return request([name(id), type(6), ("data", .payload(packet))])
            case .fetchRooms(let id): return request([name(id), type(1)])
            case .sockets(let id, let sockets): return answer([name(id), ("sockets", .payload(sockets))])
            case .rooms(let id, let rooms): return answer([name(id), ("rooms", .strings(rooms))])
            case .serverSideAnswer(let id, let packet): return answer([type(6), name(id), ("data", .payload(packet))])
            case .clientCount(let id, let count): return answer([type(8), name(id), ("clientCount", .integer(count))])
            case .ack(let id, let packet):
                let body = WireNode.map([type(9), name(id), ("packet", .payload(packet))])
                return RedisCommand("PUBLISH", responseChannel(namespace)).adding(try body.messagePack())
            }
        }

        private func channel(_ namespace: String) -> String { "\(prefix)#\(namespace)#" }
        private func requestChannel(_ namespace: String) -> String { "\(prefix)-request#\(namespace)#" }
        private func responseChannel(_ namespace: String) -> String { "\(prefix)-response#\(namespace)#" }

        package func subscriptions(of namespace: String) -> [(kind: RedisSubscription.Kind, names: [String])] {
            let response = responseChannel(namespace)
            return [
                (.pattern, [Self.escaped(channel(namespace)) + "*"]),
                (.channel, [requestChannel(namespace), response, "\(response)\(uid)#"]),
            ]
        }

        /// A prefix must not be read as a pattern.
        private static func escaped(_ text: String) -> String {
            String(text.flatMap { "*?[]\\".contains($0) ? ["\\", $0] : [$0] })
        }

        package func count(of namespace: String) -> RedisCommand { RedisCommand("PUBSUB", "NUMSUB", requestChannel(namespace)) }

        // MARK: Reading

        package func message(_ bytes: ByteBuffer, from channel: String) throws(ClusterFault) -> ClusterMessage? {
            if let namespace = Self.namespace(in: channel, after: prefix + "#") { return try broadcast(bytes, namespace) }
            if let namespace = Self.namespace(in: channel, after: prefix + "-request#") { return try request(bytes, namespace) }
            if let namespace = Self.namespace(in: channel, after: prefix + "-response#") { return try answer(bytes, namespace) }
            return nil
        }

        /// A namespace has no `#`, so it ends at the first. Bytes are compared: a room's name may begin with a mark that would make one
        /// character with the `#` before it.
        private static func namespace(in channel: String, after head: String) -> String? {
            guard channel.utf8.starts(with: head.utf8) else { return nil }
            let rest = channel.utf8.dropFirst(head.utf8.count)
            return rest.firstIndex(of: UInt8(ascii: "#")).flatMap { String(rest[..<$0]) }
        }

        private func broadcast(_ bytes: ByteBuffer, _ namespace: String) throws(ClusterFault) -> ClusterMessage {
            let scanner = try ClusterScanner(messagePack: bytes)
            guard let sender = scanner.item(0, of: scanner.root), let uid = scanner.string(at: sender),
                let packet = scanner.item(1, of: scanner.root), let options = scanner.item(2, of: scanner.root)
            else { throw ClusterFault("no_packet") }
            return ClusterMessage(
                sender: uid, namespace: namespace,
                .broadcast(try event(packet, namespace, scanner), try scanner.audience(options), request: nil))
        }

        private func event(_ packet: Int, _ namespace: String, _ scanner: ClusterScanner) throws(ClusterFault) -> ClusterPacket {
            guard let data = scanner.member("data", of: packet) else { throw ClusterFault("no_packet") }
            // An emitter of old leaves the main namespace out.
            guard scanner.optionalString("nsp", of: packet) ?? "/" == namespace else { throw ClusterFault("namespace") }
            return try scanner.event(data)
        }

        private func request(_ bytes: ByteBuffer, _ namespace: String) throws(ClusterFault) -> ClusterMessage {
            let scanner = try ClusterScanner(bytes)
            let root = scanner.root
            func audience() throws(ClusterFault) -> ClusterMessage.Audience {
                guard let options = scanner.member("opts", of: root) else { throw ClusterFault("no_opts") }
                return try scanner.audience(options)
            }
            func id() throws(ClusterFault) -> String { try scanner.string("requestId", of: root) }
            let body: ClusterMessage.Body
            switch scanner.integer("type", of: root) {
            case 1: body = .fetchRooms(request: try id())
            case 2: body = .join(try audience(), rooms: try scanner.strings("rooms", of: root))
            case 3: body = .leave(try audience(), rooms: try scanner.strings("rooms", of: root))
            case 4: body = .disconnect(try audience(), close: scanner.bool("close", of: root))
            case 5: body = .fetchSockets(try audience(), request: try id())
            case 6:
                guard let data = scanner.member("data", of: root) else { throw ClusterFault("no_packet") }
                body = .serverSideEmit(try scanner.event(data), request: scanner.optionalString("requestId", of: root))
            case 7:
                guard let packet = scanner.member("packet", of: root) else { throw ClusterFault("no_packet") }
                body = .broadcast(try event(packet, namespace, scanner), try audience(), request: try id())
            default: throw ClusterFault("type")
            }
            // An emitter asks without a name of its own.
            return ClusterMessage(sender: scanner.optionalString("uid", of: root) ?? "", namespace: namespace, body)
        }

        private func answer(_ bytes: ByteBuffer, _ namespace: String) throws(ClusterFault) -> ClusterMessage {
            let scanner = try ClusterScanner(bytes)
            let root = scanner.root
            let id = try scanner.string("requestId", of: root)
            func payload(_ name: String) throws(ClusterFault) -> ClusterPacket {
                guard let node = scanner.member(name, of: root) else { return ClusterPacket(data: ByteBuffer(string: "null")) }
                return try scanner.payload(node)
            }
            let body: ClusterMessage.Body
            switch scanner.integer("type", of: root) {
            case 6: body = .serverSideAnswer(request: id, try payload("data"))
            case 8:
                guard let count = scanner.integer("clientCount", of: root), (0...10_000_000).contains(count) else {
                    throw ClusterFault("no_clientCount")
                }
                body = .clientCount(request: id, count)
            case 9: body = .ack(request: id, try payload("packet"))
            case nil:
                if scanner.member("sockets", of: root) != nil {
                    body = .sockets(request: id, try payload("sockets"))
                } else {
                    body = .rooms(request: id, try scanner.strings("rooms", of: root))
                }
            default: throw ClusterFault("type")
            }
            return ClusterMessage(sender: "", namespace: namespace, body)
        }
    }

    extension ClusterPacket {
        /// The packet as `redis-adapter` writes it, with its namespace.
        fileprivate func inNamespace(_ namespace: String) -> WireNode {
            .map([("type", .integer(2)), ("data", .payload(self)), ("nsp", .string(namespace))])
        }
    }

    extension ClusterMessage.Audience {
        /// Rooms and exceptions, without flags.
        fileprivate var withoutFlags: WireNode { .map([("rooms", .strings(rooms)), ("except", .strings(except))]) }
    }
#endif
