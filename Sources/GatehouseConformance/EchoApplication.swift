import EngineIO
import GatehouseJSON
import NIOCore
import SocketIO

/// `/socket.io/`: everybody is let in and told what they sent.
///
/// `/` and `/custom` are those of the public suites; what foreign clients need beyond that is in ``ClientsNamespace``.
final class EchoApplication: SocketIOApplication {
    static let namespaces: [NamespacePattern] = ["/", "/custom", ClientsNamespace.name.pattern]

    func admit(_ request: EngineRequest) -> EngineRefusal? { nil }

    func connect(_ attempt: ConnectAttempt) { attempt.accept { _ in nil } }

    func refusedTooManyNamespaces(_ attempt: ConnectAttempt) {
        attempt.refuse(ConnectRefusal(message: "Too many namespaces", code: ConnectErrorCode.limit.rawValue, decision: ""))
    }

    func refusedUnknownNamespace(_ name: String, on connection: SocketIOConnection) {}

    func connected(_ socket: Socket) {
        socket.emit("auth") { buffer in
            buffer.writeStaticString(",")
            JSONValue.object(socket.auth).write(to: &buffer)
        }
    }

    func received(_ event: borrowing IncomingEvent, from socket: Socket) -> HandlerProgress {
        // Of an event that goes too far there is nothing to give back.
        guard event.fault == nil else { return .finished }
        switch socket.name {
        case .root: echo(event, to: socket)
        case ClientsNamespace.name: return ClientsNamespace.received(event, from: socket)
        default: break
        }
        return .finished
    }

    private func echo(_ event: borrowing IncomingEvent, to socket: Socket) {
        let arguments = event.argumentTexts
        switch event.name {
        case "message":
            socket.emit("message-back", attachments: event.attachments) { buffer in
                for argument in arguments {
                    buffer.writeStaticString(",")
                    buffer.writeImmutableBuffer(argument)
                }
            }
        case "message-with-ack":
            guard let id = event.ackID else { return }
            socket.acknowledge(id, attachments: event.attachments) { $0.writeCommaSeparated(arguments) }
        default:
            break
        }
    }

    func disconnecting(_ socket: Socket, reason: DisconnectReason) {}

    func disconnected(_ socket: Socket, reason: DisconnectReason) {
        if socket.name == ClientsNamespace.name { ClientsNamespace.disconnected(socket, reason) }
    }

    func mayReceive(_ event: String, _ socket: Socket) -> Bool { true }

    func connectionOpened(_ connection: SocketIOConnection) {}

    func connectionClosed(_ connection: SocketIOConnection, reason: EngineCloseReason, fault: PacketError?) {}
}

@available(*, unavailable)
extension EchoApplication: Sendable {}
