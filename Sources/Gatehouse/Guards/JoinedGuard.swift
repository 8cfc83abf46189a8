public import GatehouseJSON

/// Allows a client that is in the room its payload names.
public struct JoinedGuard: Guard {
    let pointer: JSONPointer

    /// Decides at once.
    public func evaluateNow(_ request: EventRequest) throws -> GuardVerdict? {
        guard let room = try request.text(at: pointer) else { return .deny(reason: "room_missing") }
        return request.context.client.isInOnLoop(room) ? .allow : .deny(reason: "not_joined")
    }
}

extension Guard where Self == JoinedGuard {
    /// The client is in the room that the pointer finds in its payload, such as `/room`.
    public static func joined(_ pointer: JSONPointer) -> JoinedGuard { JoinedGuard(pointer: pointer) }
}
