internal import GatehouseJSON

/// The checks of an issuer's claims (SEC-12, SEC-35), pure: claims and a time in, dates or the first failing check out. They run after the
/// signature only. Expiry comes last, so that `expired` means that nothing else is wrong.
struct ClaimRules: Sendable {
    /// Empty for tokens that have no `aud`.
    let audience: Set<[UInt8]>
    let required: [String]
    let requiredValues: [RequiredValue]
    let allowsIDTokens: Bool
    /// How far the issuer's clock may be ahead. It applies to the beginning of a token, never to its end.
    let leeway: Double
    let maxLifetime: Double?

    struct Outcome: Sendable {
        var sub: String
        var jti: String?
        var exp: Double
        var iat: Double?
        var nbf: Double?
        var authTime: Double?
    }

    func check(_ claims: JSONObject, now: Double) throws(Failure) -> Outcome {
        try refuseOtherKinds(claims)
        try checkAudience(claims)
        for name in required where claims[name] == nil || claims[name] == .null { throw Failure(.missingClaim(name)) }
        try checkRequiredValues(claims)
        guard let sub = try text("sub", claims) else { throw Failure(.missingClaim("sub")) }
        let jti = try text("jti", claims)
        _ = try text("client_id", claims)
        guard let exp = try date("exp", claims) else { throw Failure(.missingClaim("exp")) }
        let iat = try date("iat", claims)
        let nbf = try date("nbf", claims)
        let authTime = try date("auth_time", claims)
        if let nbf, nbf > now + leeway { throw Failure(.notYetValid) }
        if let iat, iat > now + leeway { throw Failure(.issuedInFuture) }
        if let authTime, authTime > now + leeway { throw Failure(.authenticatedInFuture) }
        if let maxLifetime {
            guard let iat else { throw Failure(.missingClaim("iat")) }
            guard exp - iat <= maxLifetime else { throw Failure(.lifetime) }
        }
        // Written so that a clock that is not a number refuses.
        guard now < exp else { throw Failure(.expired) }
        return Outcome(sub: sub, jti: jti, exp: exp, iat: iat, nbf: nbf, authTime: authTime)
    }

    /// A failed check; the verifier adds the issuer's name.
    struct Failure: Error {
        let reason: TokenRefusal.Reason
        init(_ reason: TokenRefusal.Reason) { self.reason = reason }
    }

    private func refuseOtherKinds(_ claims: JSONObject) throws(Failure) {
        guard claims["cnf"] == nil else { throw Failure(.senderConstrained) }
        // An ID token's hashes and a logout or security event's `events` have no place in an access token, whatever its typ says.
        guard claims["events"] == nil else { throw Failure(.tokenKind) }
        guard allowsIDTokens || (claims["at_hash"] == nil && claims["c_hash"] == nil) else { throw Failure(.tokenKind) }
    }

    private func checkAudience(_ claims: JSONObject) throws(Failure) {
        guard !audience.isEmpty else {
            // RFC 7519, 4.1.3: a token whose audience does not name us is for somebody else.
            guard claims["aud"] == nil || claims["aud"] == .null else { throw Failure(.audience) }
            return
        }
        let names: [JSONValue]
        switch claims["aud"] {
        case nil, .null?: throw Failure(.missingClaim("aud"))
        case .array(let values)?: names = values
        case let value?: names = [value]
        }
        var isForUs = false
        for name in names {
            guard case .string(let text) = name else { throw Failure(.wrongClaimType("aud")) }
            isForUs = isForUs || audience.contains(Array(text.utf8))
        }
        guard isForUs else { throw Failure(.audience) }
    }

    private func checkRequiredValues(_ claims: JSONObject) throws(Failure) {
        for required in requiredValues {
            switch JSONValue.object(claims).value(at: required.pointer) {
            case nil, .null?: throw Failure(.missingClaim(required.name))
            case .array?, .object?: throw Failure(.wrongClaimType(required.name))
            case let value?: guard required.values.contains(value) else { throw Failure(.claimValue(required.name)) }
            }
        }
    }

    private func text(_ name: String, _ claims: JSONObject) throws(Failure) -> String? {
        guard let value = claims[name] else { return nil }
        guard case .string(let text) = value, (1...512).contains(text.utf8.count) else { throw Failure(.wrongClaimType(name)) }
        return text
    }

    private func date(_ name: String, _ claims: JSONObject) throws(Failure) -> Double? {
        guard let value = claims[name] else { return nil }
        guard let seconds = NumericDate.seconds(value) else { throw Failure(.wrongClaimType(name)) }
        return seconds
    }
}
