import Gatehouse
import GatehouseAudit
import GatehouseTokens

/// `token.revoke`: one token by its `jti`, or a user's tokens that were issued before an instant, are refused from now on, and their sessions
/// are closed.
struct TokenRevoke: Act {
    static let verb = AdminVerb.tokenRevoke

    var requestID: String
    var reason: String
    var jti: String?
    var iss: String?
    var user: UserReference?
    /// Seconds since 1970. Without it: now, this second included.
    var issuedBefore: Int64?
    var dryRun: Bool

    static let schema = Schema(
        Field("request_id", \.requestID, .ulid),
        Field("reason", \.reason, .length(1...512)),
        Field("jti", \.jti, .length(1...512)),
        Field("iss", \.iss, .length(1...512)),
        Field("user", \.user),
        Field("issued_before", \.issuedBefore, .min(0)),
        Field("dry_run", \.dryRun, default: false),
        rules: Self.rules,
        make: TokenRevoke.init
    )

    private static let rules: [CrossFieldRule<TokenRevoke>] = [
        CrossFieldRule("oneTarget", at: "jti", "or user must be given, and not both") { ($0.jti == nil) != ($0.user == nil) },
        CrossFieldRule("issuerOfToken", at: "iss", "needs jti; a user has its own iss") { $0.iss == nil || $0.jti != nil },
        CrossFieldRule("instantOfUser", at: "issued_before", "needs user") { $0.issuedBefore == nil || $0.user != nil },
    ]

    var subject: ActSubject { ActSubject(user: user, jti: jti) }
    var detail: AuditDetail { issuedBefore.map { ["issued_before": .integer($0)] } ?? [:] }

    /// A `jti` stands in the log as a keyed hash only (AUD-04).
    func recorded(with key: AuditKey) -> TokenRevoke {
        var act = self
        act.jti = jti.map { key.pseudonym(of: $0, as: "jti") }
        return act
    }

    private func revoked(_ making: ActMaking) throws -> Revocation.Subject {
        guard let user else { return .token(iss: try iss ?? making.onlyIssuer(), jti: jti ?? "") }
        return .user(iss: user.iss, sub: user.sub, issuedBefore: try making.instant(issuedBefore))
    }

    func check(_ making: ActMaking) async throws { try await making.requireRank(over: try making.revocation(revoked(making))) }

    func preview(_ making: ActMaking) async throws -> JSONObject {
        ["closed": try await making.count(meantBy: try making.revocation(revoked(making)))]
    }

    func changes(_ making: ActMaking) async throws -> [StateChange] { [.revoke(try making.revocation(revoked(making)))] }

    func effect(_ making: ActMaking) async throws -> JSONObject {
        ["closed": .integer(Int64(try await making.directory.enforceRevocations()))]
    }
}

/// `token.revoke_all`: all tokens of an issuer from before an instant are refused, as after the loss of its key. Whoever gets a newer one
/// comes in again.
struct TokenRevokeAll: Act {
    static let verb = AdminVerb.tokenRevokeAll

    var requestID: String
    var reason: String
    var issuer: String
    /// Seconds since 1970. Without it: now, this second included.
    var issuedBefore: Int64?
    var dryRun: Bool

    static let schema = Schema(
        Field("request_id", \.requestID, .ulid),
        Field("reason", \.reason, .length(1...512)),
        Field("issuer", \.issuer, .length(1...512)),
        Field("issued_before", \.issuedBefore, .min(0)),
        Field("dry_run", \.dryRun, default: false),
        make: TokenRevokeAll.init
    )

    var subject: ActSubject { ActSubject(reference: issuer) }

    private func revocation(_ making: ActMaking) throws -> Revocation {
        try making.revocation(.issuer(iss: issuer, issuedBefore: try making.instant(issuedBefore)))
    }

    /// Rank does not protect here: sessions of all ranks end, the actor's too, and each may come back with a newer token.
    func check(_ making: ActMaking) async throws { _ = try revocation(making) }

    func preview(_ making: ActMaking) async throws -> JSONObject {
        ["closed": try await making.count(meantBy: try revocation(making))]
    }

    func changes(_ making: ActMaking) async throws -> [StateChange] { [.revoke(try revocation(making))] }

    func effect(_ making: ActMaking) async throws -> JSONObject {
        ["closed": .integer(Int64(try await making.directory.enforceRevocations()))]
    }
}

/// `user.reauth`: the user's sessions are told to come with a newer token in time. After that time the other sessions are closed, and older
/// tokens are refused, so that the next connection cannot use one.
struct UserReauth: Act {
    static let verb = AdminVerb.userReauth

    var requestID: String
    var reason: String
    var user: UserReference
    var within: Int64
    var dryRun: Bool

    static let schema = Schema(
        Field("request_id", \.requestID, .ulid),
        Field("reason", \.reason, .length(1...512)),
        Field("user", \.user),
        Field("within_s", \.within, .range(1...86_400)),
        Field("dry_run", \.dryRun, default: false),
        make: UserReauth.init
    )

    var subject: ActSubject { ActSubject(user: user) }
    var detail: AuditDetail { ["within_s": .integer(within)] }

    private func revocation(_ making: ActMaking) throws -> Revocation {
        try making.revocation(
            .reauthentication(iss: user.iss, sub: user.sub, issuedBefore: making.now / 1_000, by: making.now + within * 1_000))
    }

    func check(_ making: ActMaking) async throws { try await making.requireRank(over: try revocation(making)) }

    func preview(_ making: ActMaking) async throws -> JSONObject {
        ["asked": try await making.count(meantBy: try revocation(making))]
    }

    func changes(_ making: ActMaking) async throws -> [StateChange] { [.revoke(try revocation(making))] }

    func effect(_ making: ActMaking) async throws -> JSONObject {
        ["asked": .integer(Int64(try await making.directory.enforceRevocations()))]
    }
}
