/// What a handler answers, as far as the type of its result tells.
package indirect enum AnswerShape: Sendable {
    /// An empty ack.
    case empty
    /// An ack with one value. For an optional, the ack may be empty.
    case value(Shape)
    /// An ack with one value of a form that its type does not tell.
    case unknown
    /// An empty ack, and an event to the sender whose name the handler gives.
    case event(Shape, type: String)
    /// Many answers: the first value is in the ack, the others are events that are named as the client's.
    case stream(AnswerShape)

    /// The answer of a handler that returns this type.
    package init(_ result: any Any.Type) {
        if let reply = result as? any RepliesByEvent.Type {
            self = .event(Self.shape(reply.data) ?? .any, type: String(describing: reply.data))
        } else {
            self = Self.shape(result).map { .value($0) } ?? .unknown
        }
    }

    private static func shape(_ type: any Any.Type) -> Shape? {
        func shape<Value: FieldValue>(of type: Value.Type) -> Shape { type.reader([]).wireShape }
        return (type as? any FieldValue.Type).map { shape(of: $0) }
    }

    /// The shapes that a client gets.
    package var shapes: [Shape] {
        switch self {
        case .empty, .unknown: []
        case .value(let shape), .event(let shape, _): [shape]
        case .stream(let element): element.shapes
        }
    }
}

/// A result that is sent as an event.
private protocol RepliesByEvent {
    static var data: any Any.Type { get }
}

extension EventReply: RepliesByEvent {
    fileprivate static var data: any Any.Type { Data.self }
}
