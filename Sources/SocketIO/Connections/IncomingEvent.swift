package import GatehouseJSON
package import NIOCore

/// An event as it came from a client: an array whose first item is the event's name, scanned but not yet decoded.
package struct IncomingEvent {
    /// The scanned array, or what the scanner had read when ``fault`` stopped it.
    package let document: JSONDocument
    /// Why the payload is refused although the connection goes on: a duplicate key, a lone surrogate, a limit (VAL-08).
    package let fault: JSONError?
    /// The node of the event's name, if it was read.
    package let nameNode: Int?
    /// The node of the first argument.
    package let firstArgument: Int?
    package let argumentCount: Int
    /// Present if the client waits for an ack.
    package let ackID: UInt64?
    package let attachments: [ByteBuffer]
    /// The size of the message, attachments included.
    package let byteCount: Int

    /// The event's name. Makes a `String`: the hot path looks at the bytes instead.
    package var name: String? { nameNode.flatMap { document.string(of: $0) } }
}

/// Whether an event was dealt with before ``SocketIOApplication/received(_:from:)`` returned.
package enum HandlerProgress: Sendable {
    case finished
    /// A handler is still running; ``SocketIOConnection/handlerFinished(_:)`` will be called.
    case running
}
