import Gatehouse

/// A user, as staff name one: the issuer's `iss` and the subject.
struct UserReference: DTO {
    var iss: String
    var sub: String

    static let schema = Schema(
        Field<String>("iss", .length(1...512)),
        Field<String>("sub", .length(1...512)),
        make: UserReference.init
    )

    var key: UserKey { UserKey(iss: iss, subject: sub) }
}

/// `session.list`: which sessions, and which page of them.
struct SessionListRequest: DTO {
    var ns: String?
    var user: UserReference?
    var room: String?
    var ip: String?
    var limit: Int
    var cursor: String?

    static let schema = Schema(
        Field<String?>("ns", .length(1...128)),
        Field<UserReference?>("user"),
        Field<String?>("room", .length(1...256)),
        Field<String?>("ip", .length(1...64)),
        Field<Int>("limit", .range(1...200), default: 50),
        Field<String?>("cursor", .length(1...64)),
        make: SessionListRequest.init
    )
}

/// `session.kick`: one session, or all of a user.
struct KickRequest: DTO {
    var requestID: String
    var reason: String
    var sessionReference: String?
    var user: UserReference?
    var ns: String?
    var rejoinAfter: Int?
    var dryRun: Bool

    static let schema = Schema(
        Field<String>("request_id", .ulid),
        Field<String>("reason", .length(1...512)),
        Field<String?>("sid_ref", .length(1...64)),
        Field<UserReference?>("user"),
        Field<String?>("ns", .length(1...128)),
        Field<Int?>("rejoin_after_s", .range(1...86_400)),
        Field<Bool>("dry_run", default: false),
        rules: [
            CrossFieldRule("oneTarget", at: "sid_ref", "or user must be given, and not both") {
                ($0.sessionReference == nil) != ($0.user == nil)
            }
        ],
        make: KickRequest.init
    )
}

/// `token.revoke`: one token by its `jti`, or a user's tokens that were issued before an instant.
struct TokenRevokeRequest: DTO {
    var requestID: String
    var reason: String
    var jti: String?
    var iss: String?
    var user: UserReference?
    /// Seconds since 1970. Without it: now, this second included.
    var issuedBefore: Int64?
    var dryRun: Bool

    static let schema = Schema(
        Field<String>("request_id", .ulid),
        Field<String>("reason", .length(1...512)),
        Field<String?>("jti", .length(1...512)),
        Field<String?>("iss", .length(1...512)),
        Field<UserReference?>("user"),
        Field<Int64?>("issued_before", .min(0)),
        Field<Bool>("dry_run", default: false),
        rules: Self.rules,
        make: TokenRevokeRequest.init
    )

    private static let rules: [CrossFieldRule<TokenRevokeRequest>] = [
        CrossFieldRule("oneTarget", at: "jti", "or user must be given, and not both") { ($0.jti == nil) != ($0.user == nil) },
        CrossFieldRule("issuerOfToken", at: "iss", "goes with jti; a user names its own") { $0.iss == nil || $0.jti != nil },
        CrossFieldRule("instantOfUser", at: "issued_before", "goes with user") { $0.issuedBefore == nil || $0.user != nil },
    ]
}

/// `user.reauth`: a user needs a newer token within a time.
struct UserReauthRequest: DTO {
    var requestID: String
    var reason: String
    var user: UserReference
    var within: Int64
    var dryRun: Bool

    static let schema = Schema(
        Field<String>("request_id", .ulid),
        Field<String>("reason", .length(1...512)),
        Field<UserReference>("user"),
        Field<Int64>("within_s", .range(1...86_400)),
        Field<Bool>("dry_run", default: false),
        make: UserReauthRequest.init
    )
}

/// `announce`: a text for everyone, a namespace, or a room.
struct AnnounceRequest: DTO {
    var requestID: String
    var reason: String
    var ns: String?
    var room: String?
    var level: Level
    var text: String
    var dryRun: Bool

    enum Level: String, DTOEnum { case info, warning, critical }

    static let schema = Schema(
        Field<String>("request_id", .ulid),
        Field<String>("reason", .length(1...512)),
        Field<String?>("ns", .length(1...128)),
        Field<String?>("room", .length(1...256)),
        Field<Level>("level", default: .info),
        Field<String>("text", .length(1...2_000)),
        Field<Bool>("dry_run", default: false),
        rules: [
            CrossFieldRule("namespaceNeeded", at: "room", "needs ns beside it") { $0.room == nil || $0.ns != nil }
        ],
        make: AnnounceRequest.init
    )
}

/// `stats`: no member.
struct StatsRequest: DTO {
    static let schema = Schema<StatsRequest>(make: { StatsRequest() })
}
