package import GatehouseJSON
package import NIOCore

/// An event as it came from a client: an array whose first item is the event's name, scanned but not yet decoded.
package struct IncomingEvent {
    /// The scanned array; empty where there is a ``fault``.
    package let document: JSONDocument
    /// Why the event is refused although the connection goes on: a duplicate key, a lone surrogate, a limit (VAL-08).
    package let fault: EventFault?
    /// The name of an event that is refused, if it could be read.
    let refusedName: String?
    /// The node of the event's name, a string or a number; `nil` where there is a ``fault``.
    package let nameNode: Int?
    /// The node of the first argument.
    package let firstArgument: Int?
    package let argumentCount: Int
    /// Present if the client waits for an ack.
    package let ackID: UInt64?
    package let attachments: [ByteBuffer]
    /// The size of the message, attachments included.
    package let byteCount: Int

    /// The event's name; for a number its text as written. Makes a `String`; the hot path uses the bytes instead.
    package var name: String? {
        refusedName ?? nameNode.flatMap { document.string(of: $0) ?? String(buffer: document.rawBytes(of: $0)) }
    }
}

/// Whether an event was dealt with before ``SocketIOApplication/received(_:from:)`` returned.
package enum HandlerProgress: Sendable {
    case finished
    /// A handler is still running; ``SocketIOConnection/handlerFinished(_:)`` will be called.
    case running
}
