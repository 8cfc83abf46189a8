#if Redis
    import SocketIO

    /// The numbers of Node's `MessageType`, and the members of `data`.
    extension ClusterMessage {
        var type: Int {
            switch body {
            case .initialHeartbeat: 1
            case .heartbeat: 2
            case .broadcast: 3
            case .join: 4
            case .leave: 5
            case .disconnect: 6
            case .fetchSockets: 7
            case .sockets: 8
            case .serverSideEmit: 9
            case .serverSideAnswer: 10
            case .clientCount: 11
            case .ack: 12
            case .close: 13
            // Not of this family.
            case .fetchRooms, .rooms, .word: 0
            }
        }

        /// The member `data`; `nil` for a message without one.
        var data: WireNode? {
            switch body {
            case .initialHeartbeat, .heartbeat, .close, .fetchRooms, .rooms, .word: nil
            case .broadcast(let packet, let audience, let request):
                .map(
                    [("packet", packet.asEvent)] + (request.map { [("requestId", .string($0))] } ?? []) + [("opts", audience.options)])
            case .join(let audience, let rooms), .leave(let audience, let rooms):
                .map([("opts", audience.options), ("rooms", .strings(rooms))])
            case .disconnect(let audience, let close): .map([("opts", audience.options), ("close", .bool(close))])
            case .fetchSockets(let audience, let request): .map([("opts", audience.options), ("requestId", .string(request))])
            case .sockets(let request, let sockets): .map([("requestId", .string(request)), ("sockets", .payload(sockets))])
            case .serverSideEmit(let packet, let request):
                .map((request.map { [("requestId", .string($0))] } ?? []) + [("packet", .payload(packet))])
            case .serverSideAnswer(let request, let packet), .ack(let request, let packet):
                .map([("requestId", .string(request)), ("packet", .payload(packet))])
            case .clientCount(let request, let count): .map([("requestId", .string(request)), ("clientCount", .integer(count))])
            }
        }

        /// The whole message, as the sharded adapter and the channels of the streams adapter have it.
        var whole: WireNode {
            .map(
                [("type", .integer(type))] + (data.map { [("data", $0)] } ?? [])
                    + [("uid", .string(sender)), ("nsp", .string(namespace))])
        }

        /// Whether an answer is wanted, or is this: such messages are of use now or never, and go over Pub/Sub.
        var isEphemeral: Bool {
            switch body {
            case .broadcast(_, _, let request): request != nil
            case .fetchSockets, .serverSideEmit: true
            default: isAnswer
            }
        }

        /// Whether it answers a request of one node.
        var isAnswer: Bool {
            switch body {
            case .sockets, .serverSideAnswer, .clientCount, .ack, .rooms: true
            default: false
            }
        }
    }

    extension ClusterPacket {
        /// The packet that Node broadcasts.
        var asEvent: WireNode { .map([("type", .integer(2)), ("data", .payload(self))]) }
    }

    extension ClusterMessage.Audience {
        var flags: WireNode {
            .map((isVolatile ? [("volatile", .bool(true))] : []) + (timeout.map { [("timeout", .integer($0))] } ?? []))
        }

        var options: WireNode { .map([("rooms", .strings(rooms)), ("except", .strings(except)), ("flags", flags)]) }
    }
#endif
