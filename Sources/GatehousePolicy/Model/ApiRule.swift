/// What a back end may ask of the server (BCK-01).
package enum ApiCall: String, Sendable, CaseIterable {
    /// To send an event.
    case emit
    /// To see the rooms of a namespace.
    case rooms
    /// To see who is in a namespace, or in rooms.
    case presence
    /// To disconnect clients.
    case disconnect
}

/// A rule of `_api.yaml` (BCK-02).
package struct ApiRule: Sendable, Equatable {
    package var id: String
    package var position: SourcePosition
    package var effect: PolicyRule.Effect
    /// The calls that it speaks of.
    package var calls: [ApiCall] = ApiCall.allCases
    package var when: Condition?
    package var unless: Condition?
    /// Those but the root.
    package var namespaces: [NamePattern] = []
    /// Whether the root namespace, `/`, is one of them: it is no pattern's.
    package var isForRoot = false
    /// Empty in a deny rule for all rooms; in an allow rule for none.
    package var rooms: [NamePattern] = []
    /// Whether an allow rule allows calls that name no room, and so mean everybody in the namespace.
    package var isForWholeNamespace = false
    /// Of `emit`. Empty in a deny rule for all events.
    package var events: [NamePattern] = []
    /// The largest list of arguments; nil for the server's limit for messages.
    package var maxBytes: Int64?
    package var rate: ApiRate?

    /// Whether it is a deny rule that names no namespace.
    var speaksOfEveryNamespace: Bool { effect == .deny && namespaces.isEmpty && !isForRoot }

    /// Whether both do the same, wherever they stand.
    func says(_ other: ApiRule) -> Bool {
        var copy = other
        copy.position = position
        return self == copy
    }
}

/// `rate` of an allow rule of `_api.yaml`.
package struct ApiRate: Sendable, Equatable {
    /// Calls of one subject of an issuer.
    package var subject: RateLimit?
    /// Calls of all subjects of an issuer together.
    package var issuer: RateLimit?
}

/// How many idempotency keys are remembered, and for how long.
package struct ApiIdempotency: Sendable, Equatable {
    /// In nanoseconds.
    package var window: Int64 = 24 * 3_600_000_000_000
    /// Keys of all callers together.
    package var keys = 100_000
    /// Keys of one subject.
    package var keysPerSubject = 25_000

    package init() {}
}
