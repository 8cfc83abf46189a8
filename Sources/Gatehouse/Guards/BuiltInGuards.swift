public import GatehouseJSON

/// Allows a client that is in the room its payload names.
public struct JoinedGuard: Guard {
    let pointer: JSONPointer

    /// Decides at once.
    public func evaluateNow(_ request: GuardRequest) throws -> GuardVerdict? {
        guard let room = request.string(at: pointer) else { return .deny(reason: "room_missing") }
        return request.context.client.isInOnLoop(room) ? .allow : .deny(reason: "not_joined")
    }
}

/// Allows a client that has one of some roles.
public struct RoleGuard: Guard {
    let roles: Set<String>

    /// Decides at once.
    public func evaluateNow(_ request: GuardRequest) throws -> GuardVerdict? {
        request.context.principal.roles.contains { roles.contains($0) } ? .allow : .deny(reason: "role_missing")
    }
}

/// Allows what a closure allows, at once.
public struct PredicateGuard: Guard {
    let predicate: @Sendable (GuardRequest) throws -> Bool

    /// Decides at once.
    public func evaluateNow(_ request: GuardRequest) throws -> GuardVerdict? {
        try predicate(request) ? .allow : .deny(reason: "predicate_false")
    }
}

extension Guard where Self == JoinedGuard {
    /// The client is in the room that the pointer finds in its payload, such as `/room`.
    public static func joined(_ pointer: JSONPointer) -> JoinedGuard { JoinedGuard(pointer: pointer) }
}

extension Guard where Self == RoleGuard {
    /// The client has one of the roles.
    public static func anyRole(_ roles: String...) -> RoleGuard { RoleGuard(roles: Set(roles)) }
}

extension Guard where Self == PredicateGuard {
    /// A guard of a line or two. It runs on the client's event loop and must not block.
    public static func when(_ predicate: @escaping @Sendable (GuardRequest) throws -> Bool) -> PredicateGuard {
        PredicateGuard(predicate: predicate)
    }
}
