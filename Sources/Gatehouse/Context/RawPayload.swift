import GatehouseJSON
import GatehousePolicy
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

    /// The room that an event names, as its policy says where and how.
    func room(at location: RoomLocation) -> String? {
        guard let node = node(ofArgument: location.argument), let found = document.value(at: location.pointer, from: node),
            let text = document.string(of: found)
        else { return nil }
        return location.room(text)
    }

    /// The node that a pointer names in the first argument.
    func node(at pointer: JSONPointer) -> Int? {
        guard let firstArgument else { return nil }
        return document.value(at: pointer, from: firstArgument)
    }

    /// An argument, from 0.
    func argument(_ index: Int = 0) throws -> JSONValue? {
        try node(ofArgument: index).map { try document.owned(at: $0) }
    }

    /// The node of an argument, from 0.
    private func node(ofArgument index: Int) -> Int? {
        guard var node = firstArgument, index >= 0, index < argumentCount else { return nil }
        for _ in 0..<index { node = document.next(after: node) }
        return node
    }

    /// Decodes and validates the arguments that a handler takes (GW-04).
    @inline(__always)
    func decode<Result>(_ list: ArgumentList, _ body: (inout ArgumentList.Values) throws -> Result) throws -> Result {
        try list.decode(document, first: firstArgument, count: argumentCount, attachments: attachments, body)
    }
}
