/// The settings of a namespace file besides its rules. Spans of time are nanoseconds, sizes bytes; nil where the file says nothing.
package struct NamespaceSettings: Sendable, Equatable {
    package var mode: PolicyMode = .enforce
    package var transports: [TransportName] = []
    package var origin = OriginPolicy()
    package var maxRoomsPerConnection: Int?
    package var limits = NamespaceLimits()
    package var token = TokenPolicy()
    package var approvals: [ApprovalRule] = []
    /// `errors.violations`: whether a client whose payload is invalid is told what is wrong with it (VAL-32).
    package var namesViolations = true
    /// Whether clients that come back go on where they were.
    package var recovery: RecoveryPolicy?
    /// Whether events of rooms are kept.
    package var history: HistoryPolicy?
    /// Whether clients may follow who is in a room.
    package var presence: PresencePolicy?

    package init() {}
}

/// `limits` of a namespace.
package struct NamespaceLimits: Sendable, Equatable {
    /// The largest message.
    package var payload: Int64?
    package var connectionConnects: RateLimit? = .connectionConnects
    package var connectionMessages: RateLimit? = .connectionMessages
    package var connectionBytes: RateLimit?
    package var userConnects: RateLimit? = .userConnects
    package var userMessages: RateLimit? = .userMessages
    package var userBytes: RateLimit?
    /// Connections a user may have to this namespace.
    package var userConnections: Int?
    package var ipConnects: RateLimit? = .addressJoins
    package var ipFailedAuth: RateLimit?
    package var violations: ViolationPolicy?
}

/// `limits.violations`: what happens to a client that keeps breaking the rules.
package struct ViolationPolicy: Sendable, Equatable {
    package var window: Int64
    package var disconnectAfter: Int?
    package var banAfter: Int?
    package var banFor: Int64?
    /// Further violations. By default neither counts, since standard clients do both in good faith.
    package var also: [Refusal] = []

    /// Refusals that honest clients get: a client sends its buffer as soon as it is back, before the program can join its rooms again.
    package enum Refusal: String, Sendable, CaseIterable {
        /// More events than a rate allows.
        case rateLimited = "rate_limited"
        /// An event for a room that the client is not in, and may be.
        case notJoined = "not_joined"
    }
}

/// `token`: how a session ends or goes on when its token does.
package struct TokenPolicy: Sendable, Equatable {
    package enum Expiry: String, Sendable, CaseIterable { case refresh, disconnect }

    package var onExpiry: Expiry = .disconnect
    /// How long before its end `auth.expiring` is sent.
    package var refreshWindow: Int64?
    package var maxSession: Int64?
}

/// An entry of `send.approvals`: events that another person must grant.
package struct ApprovalRule: Sendable, Equatable {
    package var events: [NamePattern]
    package var needs: Int
    package var distinctSubjects: Bool
    package var expires: Int64
    package var position: SourcePosition

    /// Where it stands does not matter.
    package static func == (left: Self, right: Self) -> Bool {
        left.events == right.events && left.needs == right.needs && left.distinctSubjects == right.distinctSubjects
            && left.expires == right.expires
    }
}
