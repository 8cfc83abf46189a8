package import GatehouseJSON
package import GatehouseNetwork

/// Who acts, and from where: the static facts of a session that rules can test. Rules see only a verified token (SEC-C).
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
    package var origin: RequestOrigin
    package var transport: TransportName
    /// Which of the namespaces that a pattern stands for; nil where the policy is for one namespace only.
    package var namespace: String?
    /// There is no token.
    package var anonymous: Bool

    /// Somebody without a token.
    package init(anonymousFrom ip: IPAddress?, origin: RequestOrigin, transport: TransportName) {
        self.ip = ip
        self.origin = origin
        self.transport = transport
        anonymous = true
    }

    /// The bearer of a verified token. Roles, scopes and the rest are read out of the claims where `_global.yaml` says they are.
    package init(
        issuer: String, iss: String, sub: String, claims: JSONValue, ip: IPAddress?, origin: RequestOrigin, transport: TransportName,
        settings: GlobalSettings
    ) {
        self.init(anonymousFrom: ip, origin: origin, transport: transport)
        anonymous = false
        self.issuer = issuer
        self.iss = iss
        self.sub = sub
        self.claims = claims
        if let pointer = settings.rolesClaim(of: issuer) { roles = Self.spacedOrListed(claims.value(at: pointer)) }
        if let pointer = settings.scopesClaim(of: issuer) { scopes = Self.spacedOrListed(claims.value(at: pointer)) }
        let authentication = AuthenticationClaims(claims)
        authTime = authentication.authTime
        amr = authentication.amr
        acr = authentication.acr
    }

    static func words(_ value: JSONValue?) -> Claimed<[String]> {
        guard let value else { return .missing }
        guard case .array(let items) = value else { return .invalid }
        var words: [String] = []
        for item in items {
            guard case .string(let word) = item else { return .invalid }
            words.append(word)
        }
        return .value(words)
    }

    /// Identity providers write several words as one text with spaces between (RFC 6749, section 3.3), or as an array, in which a word may
    /// have spaces in it.
    private static func spacedOrListed(_ value: JSONValue?) -> Claimed<[String]> {
        guard case .string(let text)? = value else { return words(value) }
        return .value(text.split(separator: " ").map(String.init))
    }
}
