import GatehouseJSON

/// What SEC-07 to SEC-12 and SEC-35 ask of an accepted token, in the plainest words.
enum LawfulToken {
    static func check(header: [UInt8], claims: [UInt8]) throws {
        guard case .value(.object(let header)?) = ReferenceJSON.read(header, limits: .default),
            case .value(.object(let claims)?) = ReferenceJSON.read(claims, limits: .default)
        else { throw BrokenOracle("a token that is not strict JSON was accepted") }
        try checkHeader(header)
        try checkClaims(claims)
        try checkDates(claims)
    }

    private static func checkHeader(_ header: JSONObject) throws {
        try require(header["alg"] == "HS256", "another algorithm than the key's was accepted")
        try require(header["kid"] == nil || header["kid"] == "k1", "another key's id was accepted")
        try require(header["crit"] == nil && header["b64"] == nil, "an extension was accepted")
        guard case .string(let type)? = header["typ"] else { throw BrokenOracle("a token without a type was accepted") }
        try require(
            ["at+jwt", "jwt", "application/at+jwt", "application/jwt"].contains(type.lowercased()), "a token of another type was accepted")
    }

    private static func checkClaims(_ claims: JSONObject) throws {
        try require(claims["iss"] == "https://hs256.example", "another issuer's token was accepted")
        let audience: [JSONValue] = if case .array(let names)? = claims["aud"] { names } else { [claims["aud"] ?? .null] }
        try require(audience.contains("gatehouse"), "a token for another audience was accepted")
        for name in ["sub", "jti", "client_id"] {
            guard case .string(let text)? = claims[name], !text.isEmpty else { throw BrokenOracle("a token without \(name) was accepted") }
        }
        try require(claims["jti"] != "revoked", "a revoked token was accepted")
        for name in ["cnf", "at_hash", "c_hash", "events"] { try require(claims[name] == nil, "a token with \(name) was accepted") }
    }

    private static func checkDates(_ claims: JSONObject) throws {
        let leeway = 30.0
        guard let exp = date("exp", claims), let iat = date("iat", claims) else { throw BrokenOracle("a token without dates was accepted") }
        try require(exp > TokenHarness.now && exp < 1e12, "an expired token was accepted")
        try require(exp - iat <= 7_200, "a token with too long a life was accepted")
        for name in ["iat", "nbf", "auth_time"] where claims[name] != nil {
            guard let time = date(name, claims) else { throw BrokenOracle("\(name) is no date, and was accepted") }
            try require(time <= TokenHarness.now + leeway, "a token with \(name) in the future was accepted")
        }
    }

    private static func date(_ name: String, _ claims: JSONObject) -> Double? {
        switch claims[name] {
        case .integer(let seconds)?: Double(seconds)
        case .number(let seconds)?: seconds
        default: nil
        }
    }

    /// libjwt reads a token of the type JWT, or of none, once more with a JSON library that takes neither U+0000 nor numbers beyond 64 bits.
    static func mayConfuseLibjwt(_ input: [UInt8]) -> Bool {
        let text = String(decoding: input, as: UTF8.self)
        return text.contains("\\u0000") || input.split { $0 < 0x30 || $0 > 0x39 }.contains { $0.count >= 19 }
            || text.contains { "eE".contains($0) }
    }
}
