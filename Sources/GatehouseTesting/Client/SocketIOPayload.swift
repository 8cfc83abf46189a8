public import GatehouseJSON
public import NIOCore

/// Arguments of an event or of an acknowledgement, with the binary parts that they point to.
public struct SocketIOPayload: Sendable, Equatable {
    /// The arguments. The place of an attachment holds ``GatehouseJSON/JSONValue/attachment(_:)``.
    public var arguments: [JSONValue]
    /// The attachments in the order of their numbers.
    public var attachments: [ByteBuffer]

    /// A payload; without attachments unless they are given.
    public init(_ arguments: [JSONValue], attachments: [ByteBuffer] = []) {
        self.arguments = arguments
        self.attachments = attachments
    }
}

extension JSONValue {
    /// The placeholder of an attachment in the arguments, by its number from zero.
    public static func attachment(_ number: Int) -> JSONValue {
        ["_placeholder": true, "num": .integer(Int64(number))]
    }
}
