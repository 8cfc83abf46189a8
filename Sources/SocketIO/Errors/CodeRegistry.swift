/// ERR-03: every code a client can see, in this one file. Codes are stable: a test freezes them, clients key on them.

/// Codes of error objects: in an ack, or in an `exception` event.
public enum ReplyCode: String, Sendable, CaseIterable {
    case invalid
    case tooLarge = "too_large"
    case unauthorized
    case forbidden
    case muted
    case roomLocked = "room_locked"
    case slowMode = "slow_mode"
    case rateLimited = "rate_limited"
    case limit
    case notFound = "not_found"
    case conflict
    case rank
    case needsApproval = "needs_approval"
    case timeout
    case unavailable
    case auditUnavailable = "audit_unavailable"
    case `internal`
}

/// Codes of CONNECT_ERROR.
public enum ConnectErrorCode: String, Sendable, CaseIterable {
    /// A missing or bad token, without detail.
    case unauthorized
    /// The token has expired. Sent only if its signature verified.
    case tokenExpired = "token_expired"
    case tokenRevoked = "token_revoked"
    case forbidden
    case banned
    case limit
    case unavailable
}

/// Why the server closed a connection: the `code` of `system.closed`, and the WebSocket close code that carries the same meaning (ERR-05).
public enum CloseCode: UInt16, Sendable, CaseIterable {
    // Reconnect-worthy: the transport is closed without DISCONNECT, so standard clients come back.
    case shutdown = 4000
    case slowConsumer = 4001
    case pingTimeout = 4002
    case overload = 4003
    case tokenExpired = 4004
    case sessionMaxAge = 4005
    case rateLimited = 4006
    case reauthRequired = 4007
    case kickedTemporarily = 4008
    case connectTimeout = 4009
    // Terminal: DISCONNECT goes to each namespace first, so standard clients stay away.
    case protocolError = 4500
    case forbidden = 4501
    case tokenRevoked = 4502
    case banned = 4503
    case kicked = 4504
    case violations = 4505
    case unauthorized = 4506

    /// Whether standard clients stay away.
    public var isTerminal: Bool { rawValue >= 4500 }

    /// The name, as it stands in `system.closed` and in the close frame's reason.
    public var name: String {
        switch self {
        case .shutdown: "shutdown"
        case .slowConsumer: "slow_consumer"
        case .pingTimeout: "ping_timeout"
        case .overload: "overload"
        case .tokenExpired: "token_expired"
        case .sessionMaxAge: "session_max_age"
        case .rateLimited: "rate_limited"
        case .reauthRequired: "reauth_required"
        case .kickedTemporarily: "kicked_temporarily"
        case .connectTimeout: "connect_timeout"
        case .protocolError: "protocol_error"
        case .forbidden: "forbidden"
        case .tokenRevoked: "token_revoked"
        case .banned: "banned"
        case .kicked: "kicked"
        case .violations: "violations"
        case .unauthorized: "unauthorized"
        }
    }
}

/// ERR-04: system events. Applications can neither register nor emit them.
package enum SystemEvent: String, Sendable, CaseIterable {
    case exception
    case authExpiring = "auth.expiring"
    case authRefresh = "auth.refresh"
    case streamCancel = "stream.cancel"
    case closed = "system.closed"
    case announcement = "system.announcement"
    case redacted = "message.redacted"
}
