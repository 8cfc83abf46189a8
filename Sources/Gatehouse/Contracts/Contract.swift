package import GatehouseJSON
import SocketIO

/// What a program's gateways take and send, as a front end needs to know it. A value, made of what is mounted: nothing is started.
package struct Contract: Sendable {
    /// One namespace, or the namespaces of one pattern.
    package struct Namespace: Sendable {
        /// The name or pattern, such as `/chat`.
        package let name: String
        /// What clients may send, by name.
        package let client: [ClientEvent]
        /// What clients may get, by name.
        package let server: [ServerEvent]
        /// The rules by which clients get in; empty where no policies were given.
        package let connect: [ContractRight]
    }

    /// An event from clients.
    package struct ClientEvent: Sendable {
        package let name: String
        package let arguments: [ArgumentShape]
        package let answer: AnswerShape
        /// The rules that may allow it.
        package let send: [ContractRight]
    }

    /// An event to clients, with one argument.
    package struct ServerEvent: Sendable {
        package let name: String
        /// The forms of its argument: several where gateways send it with different types.
        package let shapes: [Shape]
        /// What clients ack it with, if it is a question to them.
        package let answer: Shape?
        /// The rules that may let clients have it.
        package let receive: [ContractRight]
    }

    /// What the contract is called: the program's name.
    package let title: String
    /// By name.
    package let namespaces: [Namespace]
    /// Whether there are rights in it, from policies.
    package let hasRights: Bool

    /// The events of every namespace that the gateway itself takes and sends.
    package static let system = Namespace(
        name: "*",
        client: [
            ClientEvent(
                name: SystemEvent.authRefresh.rawValue, arguments: [argument("refresh", TokenRefresh.self)],
                answer: AnswerShape(TokenExpiry.self), send: []),
            ClientEvent(
                name: SystemEvent.streamCancel.rawValue, arguments: [argument("event", String.self)], answer: AnswerShape(Int.self),
                send: []),
        ],
        server: [
            ServerEvent(name: SystemEvent.authExpiring.rawValue, shapes: [shape(TokenExpiry.self)], answer: nil, receive: []),
            ServerEvent(name: SystemEvent.exception.rawValue, shapes: [shape(GatehouseError.self)], answer: nil, receive: []),
            ServerEvent(name: SystemEvent.announcement.rawValue, shapes: [shape(SystemAnnouncement.self)], answer: nil, receive: []),
            ServerEvent(name: SystemEvent.redacted.rawValue, shapes: [shape(MessageRedacted.self)], answer: nil, receive: []),
            ServerEvent(name: SystemEvent.closed.rawValue, shapes: [shape(ConnectionClosed.self)], answer: nil, receive: []),
        ],
        connect: [])

    /// The form of the error that any ack may have in the place of its answer.
    package static var error: Shape { shape(GatehouseError.self) }

    private static func shape<Value: FieldValue>(_ type: Value.Type) -> Shape { type.reader([]).wireShape }

    private static func argument<Value: FieldValue>(_ name: String, _ type: Value.Type) -> ArgumentShape {
        ArgumentShape(name: name, shape: shape(type), isRequired: true)
    }

    /// The payloads of all namespaces under the names that all formats give them.
    /// - Parameter reserved: names that mean something else in a format.
    package func payloads(reserved: Set<String> = []) -> PayloadTable {
        var payloads = PayloadTable(reserved: reserved)
        payloads.add(Self.error, .sent)
        for namespace in [Self.system] + namespaces {
            for event in namespace.client {
                for argument in event.arguments { payloads.add(argument.shape, .received) }
                for shape in event.answer.shapes { payloads.add(shape, .sent) }
            }
            for event in namespace.server {
                for shape in event.shapes { payloads.add(shape, .sent) }
                if let answer = event.answer { payloads.add(answer, .received) }
            }
        }
        return payloads
    }
}
