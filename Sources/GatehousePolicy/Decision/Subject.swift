package import GatehouseJSON

/// Who acts, from where: everything static about a session that rules can ask about. Rules see only a verified token (SEC-C).
package struct Subject: Sendable {
    /// A claim as rules see it: a missing one makes a condition false, one of the wrong type makes it an error.
    package enum Claimed<Value: Sendable>: Sendable {
        case missing
        case value(Value)
        case invalid
    }

    /// The issuer's name in `_global.yaml`.
    package var issuer: String?
    package var iss: String?
    package var sub: String?
    package var roles: Claimed<[String]> = .missing
    package var scopes: Claimed<[String]> = .missing
    package var claims: JSONValue?
    /// Seconds since 1970.
    package var authTime: Claimed<Int64> = .missing
    package var amr: Claimed<[String]> = .missing
    package var acr: Claimed<String> = .missing
    /// The peer, after trusted proxies. Nil where there is none: an `ip` condition is then an error.
    package var ip: IPAddress?
    package var origin: String?
    package var transport: TransportName
    /// Which of the namespaces that a pattern stands for; nil where the policy is for one namespace only.
    package var namespace: String?
    /// There is no token.
    package var anonymous: Bool

    /// Somebody without a token.
    package init(anonymousFrom ip: IPAddress?, origin: String?, transport: TransportName) {
        self.ip = ip
        self.origin = origin
        self.transport = transport
        anonymous = true
    }

    /// The bearer of a verified token. Roles, scopes and the rest are read out of the claims where `_global.yaml` says they are.
    package init(
        issuer: String, iss: String, sub: String, claims: JSONValue, ip: IPAddress?, origin: String?, transport: TransportName,
        settings: GlobalSettings
    ) {
        self.init(anonymousFrom: ip, origin: origin, transport: transport)
        anonymous = false
        self.issuer = issuer
        self.iss = iss
        self.sub = sub
        self.claims = claims
        if let pointer = settings.rolesClaim { roles = Self.words(claims.value(at: pointer)) }
        if let pointer = settings.scopesClaim { scopes = Self.spaced(claims.value(at: pointer)) }
        amr = Self.words(claims["amr"])
        switch claims["acr"] {
        case nil: acr = .missing
        case .string(let text): acr = .value(text)
        default: acr = .invalid
        }
        switch claims["auth_time"] {
        case nil: authTime = .missing
        case .integer(let seconds): authTime = .value(seconds)
        case .number(let seconds): authTime = Int64(exactly: seconds.rounded(.down)).map { .value($0) } ?? .invalid
        default: authTime = .invalid
        }
    }

    private static func words(_ value: JSONValue?) -> Claimed<[String]> {
        guard let value else { return .missing }
        guard case .array(let items) = value else { return .invalid }
        var words: [String] = []
        for item in items {
            guard case .string(let word) = item else { return .invalid }
            words.append(word)
        }
        return .value(words)
    }

    private static func spaced(_ value: JSONValue?) -> Claimed<[String]> {
        guard let value else { return .missing }
        guard case .string(let text) = value else { return .invalid }
        return .value(text.split(separator: " ").map(String.init))
    }
}
