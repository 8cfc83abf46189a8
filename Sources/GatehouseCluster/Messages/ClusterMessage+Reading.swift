#if Redis
    import NIOCore
    import SocketIO

    extension ClusterMessage {
        /// Reads a whole message of the sharded adapter, or of the channels of the streams adapter.
        init(whole bytes: ByteBuffer) throws(ClusterFault) {
            let scanner = try ClusterScanner(bytes)
            let root = scanner.root
            guard let type = scanner.integer("type", of: root) else { throw ClusterFault("no_type") }
            try self.init(
                type: type, sender: try scanner.string("uid", of: root), namespace: try scanner.string("nsp", of: root),
                scanner.member("data", of: root), scanner)
        }

        /// - Parameter data: the node of the member `data`.
        init(type: Int, sender: String, namespace: String, _ data: Int?, _ scanner: ClusterScanner?) throws(ClusterFault) {
            self.sender = sender
            self.namespace = namespace
            switch type {
            case 1: body = .initialHeartbeat
            case 2: body = .heartbeat
            case 13: body = .close
            case 3...12:
                guard let data, let scanner else { throw ClusterFault("no_data") }
                body = try Self.body(type, data, scanner)
            default: throw ClusterFault("type")
            }
        }

        private static func body(_ type: Int, _ data: Int, _ scanner: ClusterScanner) throws(ClusterFault) -> Body {
            func request() throws(ClusterFault) -> String { try scanner.string("requestId", of: data) }
            func audience() throws(ClusterFault) -> Audience {
                guard let options = scanner.member("opts", of: data) else { throw ClusterFault("no_opts") }
                return try scanner.audience(options)
            }
            func payload(_ name: String) throws(ClusterFault) -> ClusterPacket {
                // JSON leaves out what is `undefined`.
                guard let node = scanner.member(name, of: data) else { return ClusterPacket(data: ByteBuffer(string: "null")) }
                return try scanner.payload(node)
            }
            switch type {
            case 3:
                guard let packet = scanner.member("packet", of: data), let array = scanner.member("data", of: packet) else {
                    throw ClusterFault("no_packet")
                }
                return .broadcast(try scanner.event(array), try audience(), request: scanner.optionalString("requestId", of: data))
            case 4: return .join(try audience(), rooms: try scanner.strings("rooms", of: data))
            case 5: return .leave(try audience(), rooms: try scanner.strings("rooms", of: data))
            case 6: return .disconnect(try audience(), close: scanner.bool("close", of: data))
            case 7: return .fetchSockets(try audience(), request: try request())
            case 8: return .sockets(request: try request(), try payload("sockets"))
            case 9:
                guard let packet = scanner.member("packet", of: data) else { throw ClusterFault("no_packet") }
                return .serverSideEmit(try scanner.event(packet), request: scanner.optionalString("requestId", of: data))
            case 10: return .serverSideAnswer(request: try request(), try payload("packet"))
            case 11:
                guard let count = scanner.integer("clientCount", of: data), (0...10_000_000).contains(count) else {
                    throw ClusterFault("no_clientCount")
                }
                return .clientCount(request: try request(), count)
            default: return .ack(request: try request(), try payload("packet"))
            }
        }
    }
#endif
