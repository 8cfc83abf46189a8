package import GatehousePolicy
package import SocketIO

/// What the policies in force let a client do with one event of its namespace, by its present token. Asked where one event stands for
/// others, as an act that is made in bulk, taken back or approved.
package struct EventRight: Sendable {
    /// The client has left, or no rule allows the event.
    package static let none = EventRight(isAllowed: false, rooms: [], approval: nil)

    package let isAllowed: Bool
    /// The rooms that the right is confined to (`scope.rooms_claim`); `nil` for all.
    package let rooms: [String]?
    /// The approval that the event needs (`send.approvals`).
    package let approval: ApprovalRule?
}

extension Client {
    /// The right of this client to an event without a target room, as the policies in force have it.
    package func right(to event: String) async throws -> EventRight {
        try await handle.submit { $0.clientState?.right(to: event) ?? .none } ?? .none
    }

    /// The right that the client would have in another namespace by the same token and from the same address, whatever page it is of and
    /// however it is connected. The rules of this one are not asked.
    package func right(to event: String, in namespace: Namespace) async throws -> EventRight {
        try await handle.submit { $0.clientState?.right(to: event, in: namespace) ?? .none } ?? .none
    }

    /// The same without suspending, for synchronous handlers.
    package func rightOnLoop(to event: String) throws -> EventRight { try onLoop { $0.clientState?.right(to: event) ?? .none } ?? .none }

    /// The same for many events, in their order.
    package func rights(to events: [String]) async throws -> [EventRight] {
        try await handle.submit { socket in events.map { socket.clientState?.right(to: $0) ?? .none } } ?? events.map { _ in .none }
    }
}

extension EventRight {
    /// Whether the right reaches a room; `nil` stands for what is in no room.
    package func includes(_ room: String?) -> Bool {
        guard let rooms else { return true }
        return room.map { rooms.contains($0) } ?? false
    }
}

extension ClientState {
    func right(to event: String) -> EventRight {
        right(to: event, by: policy, grants)
    }

    func right(to event: String, in namespace: Namespace) -> EventRight {
        guard namespace != client.namespace else { return right(to: event) }
        guard let policy = pipeline.inForce.bundle.namespaces[namespace.name], var subject else { return .none }
        subject.namespace = policy.name
        let grants = policy.grants(for: subject)
        guard grants.decideAdmission(now: pipeline.cameAt(client)).admits(subject) else { return .none }
        return right(to: event, by: policy, grants)
    }

    private func right(to event: String, by policy: NamespacePolicy, _ grants: Grants) -> EventRight {
        let decision = grants.decideSend(
            event: policy.event(event), room: String?.none, isJoined: false, payloadBytes: 0, now: pipeline.wallSeconds)
        guard decision.isAllowed else { return .none }
        let rule = decision.allowedBy.flatMap { policy.rule($0) }
        return EventRight(isAllowed: true, rooms: rule.flatMap { confinement(of: $0) }, approval: policy.approval(forEvent: event))
    }

    /// A claim that is there and lists no rooms confines the right to no room at all.
    private func confinement(of rule: PolicyRule) -> [String]? {
        guard let claim = rule.roomsClaim.flatMap({ principal.claims.value(at: $0) }) else { return nil }
        if let only = claim.stringValue { return [only] }
        return claim.arrayValue?.compactMap(\.stringValue) ?? []
    }
}
