public import GatehouseJSON

/// What a guard decides about.
public struct GuardRequest: Sendable {
    /// Who sent the event, and by what connection.
    public let context: EventContext
    let payload: RawPayload

    /// The member of the event's first argument that a JSON pointer (RFC 6901) names; `nil` if it is absent or no string.
    public func string(at pointer: JSONPointer) -> String? { payload.string(at: pointer) }

    /// The event's first argument as it came: undecoded and not validated.
    /// - Throws: `JSONError` for a number that no double can hold.
    public func argument() throws -> JSONValue? { try payload.argument() }
}
