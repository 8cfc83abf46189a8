/// What a namespace file says besides its rules. Spans of time are nanoseconds, sizes bytes; nil where the file says nothing.
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

    package init() {}
}

/// `origin`: the pages that may connect. Without it no page and no client without an Origin may.
package struct OriginPolicy: Sendable, Equatable {
    /// Exact serialized origins.
    package var allow: [String] = []
    package var allowMissing = false

    package func allows(_ origin: String?) -> Bool {
        guard let origin else { return allowMissing }
        return allow.contains { $0.utf8.elementsEqual(origin.utf8) }
    }
}

/// `limits` of a namespace.
package struct NamespaceLimits: Sendable, Equatable {
    /// The largest message.
    package var payload: Int64?
    package var connectionMessages: RateLimit? = .connectionMessages
    package var connectionBytes: RateLimit?
    package var userMessages: RateLimit? = .userMessages
    package var userBytes: RateLimit?
    /// Connections a user may have to this namespace.
    package var userConnections: Int?
    package var ipConnects: RateLimit?
    package var ipFailedAuth: RateLimit?
    package var violations: ViolationPolicy?
}

/// `limits.violations`: what happens to a client that keeps breaking the rules.
package struct ViolationPolicy: Sendable, Equatable {
    package var window: Int64
    package var disconnectAfter: Int?
    package var banAfter: Int?
    package var banFor: Int64?
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
