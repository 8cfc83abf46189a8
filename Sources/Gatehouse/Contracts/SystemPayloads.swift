import GatehouseJSON
import SocketIO

// What the gateway itself sends and takes, declared for contracts; a test compares these with what is sent.

/// The error object (ERR-01).
struct GatehouseError: Payload {
    enum Status: String, PayloadEnum { case error, warning }

    var status: Status
    var code: String
    var message: String
    var decision: String
    var violations: [GatehouseViolation]?
    var retry: Int?
    var cause: GatehouseErrorCause?

    static let schema = Schema(
        Field("status", \.status),
        Field("code", \.code),
        Field("message", \.message),
        Field("decision", \.decision),
        Field("violations", \.violations, .count(...64)),
        Field("retry", \.retry),
        Field("cause", \.cause),
        make: GatehouseError.init)
}

/// One rule that a payload breaks.
struct GatehouseViolation: Payload {
    var path: String
    var constraint: String
    var message: String
    var limit: JSONValue?

    static let schema = Schema(
        Field("path", \.path), Field("constraint", \.constraint), Field("message", \.message), Field("limit", \.limit),
        make: GatehouseViolation.init)
}

/// The event that an `exception` is about.
struct GatehouseErrorCause: Payload {
    var pattern: String
    static let schema = Schema(Field("pattern", \.pattern), make: GatehouseErrorCause.init)
}

/// When a token ends, in seconds since 1970.
struct TokenExpiry: Payload {
    var exp: Int64
    static let schema = Schema(Field("exp", \.exp), make: TokenExpiry.init)
}

/// A newer token of the same user.
struct TokenRefresh: Payload {
    var token: String
    static let schema = Schema(Field("token", \.token), make: TokenRefresh.init)
}

/// The connection is about to be closed.
struct ConnectionClosed: Payload {
    var code: String
    /// Seconds until another connection makes sense, or `false`.
    var retry: JSONValue
    var decision: String?
    static let schema = Schema(
        Field("code", \.code), Field("retry", \.retry), Field("decision", \.decision), make: ConnectionClosed.init)
}

/// What staff announce.
struct SystemAnnouncement: Payload {
    enum Level: String, PayloadEnum { case info, warning, critical }

    var level: Level
    var text: String
    var id: String
    static let schema = Schema(Field("level", \.level), Field("text", \.text), Field("id", \.id), make: SystemAnnouncement.init)
}

/// A message that staff have taken back: a request to clients not to show it any more.
struct MessageRedacted: Payload {
    /// Who did it, and no more than that (MOD-41).
    enum Role: String, PayloadEnum { case moderator }

    var messageID: String
    var by: Role
    var reason: String?
    static let schema = Schema(
        Field("message_id", \.messageID), Field("by", \.by), Field("reason", \.reason), make: MessageRedacted.init)
}
