public import GatehouseJSON

/// An event on its way to its handler, as guards and interceptors see it: who sent it, and its arguments as they came.
public struct EventRequest: Sendable {
    /// Who sent the event, and by what connection.
    public let context: EventContext
    let payload: RawPayload

    /// The member of the event's first argument that a JSON pointer (RFC 6901) names; the argument itself for the empty pointer. `nil` if it
    /// is absent or no string.
    public func string(at pointer: JSONPointer) -> String? { payload.string(at: pointer) }

    /// As ``string(at:)``, for a guard that cannot decide about what is no text.
    /// - Returns: `nil` if it is absent.
    /// - Throws: ``GatewayError`` with `forbidden` for a member that is no string.
    func text(at pointer: JSONPointer) throws(GatewayError) -> String? {
        guard let text = payload.string(at: pointer) else {
            guard payload.node(at: pointer) == nil else { throw GatewayError(.forbidden, ErrorReply.forbidden.message) }
            return nil
        }
        return text
    }

    /// An argument of the event as it came: undecoded and not validated. `nil` if there are not so many.
    /// - Parameter index: which, from 0.
    /// - Throws: `JSONError` for a number that no double can hold.
    public func argument(_ index: Int = 0) throws -> JSONValue? { try payload.argument(index) }
}
