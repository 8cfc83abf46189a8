import GatehouseJSON
import NIOCore
import SocketIO

/// The arguments of an event as the scanner left them.
struct RawPayload: Sendable {
    let document: JSONDocument
    let firstArgument: Int?
    let argumentCount: Int
    let attachments: [ByteBuffer]

    init(_ event: borrowing IncomingEvent) {
        document = event.document
        argumentCount = event.argumentCount
        firstArgument = argumentCount > 0 ? event.firstArgument : nil
        attachments = event.attachments
    }

    func string(at pointer: JSONPointer) -> String? {
        guard let firstArgument, let node = document.value(at: pointer, from: firstArgument) else { return nil }
        return document.string(of: node)
    }

    /// The node that a pointer names in the first argument.
    func node(at pointer: JSONPointer) -> Int? {
        guard let firstArgument else { return nil }
        return document.value(at: pointer, from: firstArgument)
    }

    func argument() throws -> JSONValue? {
        guard let firstArgument else { return nil }
        return try document.owned(at: firstArgument)
    }

    /// Decodes, validates and pipes the one argument that a DTO handler takes (GW-04).
    func decode<Payload: DTO>(_ schema: Schema<Payload>, through pipes: [any Pipe], _ context: EventContext) throws -> Payload {
        try pipe(decode(schema), through: pipes, context)
    }

    func decode<Payload: DTO>(_ schema: Schema<Payload>) throws -> Payload {
        guard argumentCount == 1, let firstArgument else { throw ValidationError.arity(expected: 1) }
        return try schema.decode(document, at: firstArgument, attachments: attachments)
    }

    func pipe<Payload: DTO>(_ payload: Payload, through pipes: [any Pipe], _ context: EventContext) throws -> Payload {
        var payload = payload
        for pipe in pipes { payload = try pipe.transform(payload, context) }
        return payload
    }

    func checkEmpty() throws {
        guard argumentCount == 0 else { throw ValidationError.arity(expected: 0) }
    }
}
