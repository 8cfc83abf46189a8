import EngineIO
import GatehouseJSON
import NIOCore
import SocketIO

/// `/clients`: what foreign clients are tried with beyond the public suites.
///
/// | event | effect |
/// |---|---|
/// | `join`, room | the client is in the room; empty ack |
/// | `say`, room, … | the room's others get `said` with the rest of the arguments, attachments included |
/// | `ask`, room, … | everyone in the room gets `question` with an ack; the asker's ack has the answers, in no order |
/// | `leave me` | the client is put out of the namespace |
/// | `drop me` | the connection is closed in the way after which clients come back |
/// | `banish me` | the connection is closed in the way after which clients stay away |
///
/// Members of the room `watchers` get `left` with the id of each client that leaves, and the reason.
enum ClientsNamespace {
    static let name: Namespace = "/clients"
    private static let watchers = "watchers"

    static func received(_ event: borrowing IncomingEvent, from socket: Socket) -> HandlerProgress {
        switch event.name {
        case "join": join(event, socket)
        case "say": say(event, socket)
        case "ask": return ask(event, socket)
        case "leave me": socket.disconnect()
        case "drop me": socket.connection.close(ConnectionClosure(.overload))
        case "banish me": socket.connection.close(ConnectionClosure(.kicked))
        default: break
        }
        return .finished
    }

    static func disconnected(_ socket: Socket, _ reason: DisconnectReason) {
        let definition = socket.namespace.definition
        let message = EngineMessage.text { buffer in
            PacketWriter.openEvent("left", prefix: definition.prefix, ackID: nil, in: &buffer)
            buffer.writeString(",\"\(socket.id)\",\"\(reason)\"]")
        }
        socket.connection.loop.server.broadcast(
            Broadcast(namespace: definition, event: "left", message: message, target: BroadcastTarget(rooms: [watchers])))
    }

    private static func join(_ event: borrowing IncomingEvent, _ socket: Socket) {
        guard let room = event.string(at: 0).flatMap({ RoomName($0) }), (try? socket.join(room)) != nil else { return }
        if let id = event.ackID { socket.acknowledge(id) { _ in } }
    }

    private static func say(_ event: borrowing IncomingEvent, _ socket: Socket) {
        guard let room = event.string(at: 0) else { return }
        let target = BroadcastTarget(rooms: [room], except: [socket.id.description])
        socket.connection.loop.server.broadcast(broadcast("said", event, from: socket, ackID: nil, to: target))
    }

    private static func ask(_ event: borrowing IncomingEvent, _ socket: Socket) -> HandlerProgress {
        guard let room = event.string(at: 0), let asker = event.ackID else { return .finished }
        let server = socket.connection.loop.server
        let id = server.nextAckID()
        let question = broadcast("question", event, from: socket, ackID: id, to: BroadcastTarget(rooms: [room]))
        let handle = SocketHandle(socket)
        Task {
            let answers = try? await server.broadcast(question, ackID: id, timeout: .seconds(1))
            handle.execute { socket in
                if let answers {
                    let values = answers.answers.map { JSONValue.array($0.arguments) }
                    socket.acknowledge(asker) { JSONValue.array(values).write(to: &$0) }
                }
                socket.connection.handlerFinished(socket)
            }
        }
        return .running
    }

    /// The event's arguments behind the room, once for everybody.
    private static func broadcast(
        _ name: String, _ event: borrowing IncomingEvent, from socket: Socket, ackID: UInt64?, to target: BroadcastTarget
    ) -> Broadcast {
        let definition = socket.namespace.definition
        let attachments = event.attachments
        let arguments = event.argumentTexts.dropFirst()
        let message = EngineMessage.textWithAttachments(attachments) { buffer in
            PacketWriter.openEvent(name, prefix: definition.prefix, ackID: ackID, attachments: attachments.count, in: &buffer)
            for argument in arguments {
                buffer.writeStaticString(",")
                buffer.writeImmutableBuffer(argument)
            }
            buffer.writeStaticString("]")
        }
        return Broadcast(namespace: definition, event: name, message: message, target: target)
    }
}
