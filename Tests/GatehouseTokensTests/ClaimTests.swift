import GatehouseJSON
import Testing

@testable import GatehouseTokens

@Suite("The claims of a signed token")
struct ClaimTests {
    private static let now = Int64(TestKeys.now)

    /// The failing check of a good token with some claims set (nil: taken out).
    private func refusal(
        _ changes: [(String, JSONValue?)], now: Double = TestKeys.now, change: (inout IssuerConfiguration) -> Void = { _ in }
    ) throws
        -> String?
    {
        let issuer = try TestIssuer(.hs256, change: change)
        var claims = TestIssuer.claims
        for (name, value) in changes { claims[name] = value }
        return issuer.refusal(of: try issuer.token(nil, claims), now: now)
    }

    @Test("SEC-12: each required claim must be present", arguments: ["aud", "exp", "iat", "sub", "jti", "client_id"])
    func missing(name: String) throws {
        #expect(try refusal([(name, nil)]) == "missing_claim:\(name)")
        #expect(try refusal([(name, .null)]) == "missing_claim:\(name)")
    }

    @Test(
        "SEC-07: a token without a known iss chooses no key",
        arguments: [nil, .null, 1, "", [.string(TestIssuer.iss)], "https://idp.example.com/"] as [JSONValue?])
    func issuer(value: JSONValue?) throws {
        #expect(try refusal([("iss", value)]) == "unknown_issuer")
    }

    @Test("SEC-12: iss is compared byte for byte")
    func exactIssuer() throws {
        // The same to Swift's String: é composed, and e with an accent.
        let composed = "https://idp.example.com/\u{E9}"
        let decomposed = "https://idp.example.com/e\u{301}"
        #expect(composed == decomposed)
        #expect(try refusal([("iss", .string(composed))]) { $0.iss = composed } == nil)
        #expect(try refusal([("iss", .string(decomposed))]) { $0.iss = composed } == "unknown_issuer")
    }

    @Test(
        "SEC-12: a text claim is a text that is not empty", arguments: ["sub", "jti", "client_id"],
        [1, 1.5, true, [], ["a"], [:], "", .string(String(repeating: "a", count: 513))] as [JSONValue])
    func textType(name: String, value: JSONValue) throws {
        #expect(try refusal([(name, value)]) == "claim_type:\(name)")
    }

    @Test(
        "SEC-12: a date is a number a clock can show", arguments: ["exp", "iat", "nbf", "auth_time"],
        ["1800000600", true, [1_800_000_600], [:], -1, 1e300, -1e300, 253_402_300_800, .integer(.max), .integer(.min), -0.5] as [JSONValue])
    func dateType(name: String, value: JSONValue) throws {
        #expect(try refusal([(name, value)]) == "claim_type:\(name)")
    }

    @Test("SEC-12: a fraction of a second is a date", arguments: ["exp", "iat", "nbf", "auth_time"])
    func fraction(name: String) throws {
        #expect(try refusal([(name, .number(TestKeys.now + (name == "exp" ? 0.5 : -0.5)))]) == nil)
    }

    @Test("SEC-12: no leeway puts exp off", arguments: [(-1, false), (0, false), (1, true)], [0, 30, 60] as [Double])
    func expiry(bound: (offset: Int64, isAccepted: Bool), leeway: Double) throws {
        #expect(try refusal([("exp", .integer(Self.now + bound.offset))]) { $0.leeway = leeway } == (bound.isAccepted ? nil : "expired"))
    }

    @Test("SEC-12: a leeway of zero is none", arguments: ["nbf", "iat", "auth_time"], [(0, true), (1, false)] as [(Int64, Bool)])
    func noLeeway(name: String, bound: (offset: Int64, isAccepted: Bool)) throws {
        #expect(try refusal([(name, .integer(Self.now + bound.offset))]) { $0.leeway = 0 } == (bound.isAccepted ? nil : name))
    }

    @Test(
        "SEC-12: nbf, iat and auth_time may not lie in the future", arguments: ["nbf", "iat", "auth_time"],
        [(29, true), (30, true), (31, false)] as [(Int64, Bool)])
    func future(name: String, bound: (offset: Int64, isAccepted: Bool)) throws {
        #expect(try refusal([(name, .integer(Self.now + bound.offset))]) == (bound.isAccepted ? nil : name))
    }

    @Test("SEC-12: the lifetime has a cap", arguments: [(3599, true), (3600, true), (3601, false)] as [(Int64, Bool)])
    func lifetime(seconds: Int64, isAccepted: Bool) throws {
        let found = try refusal([("exp", .integer(Self.now + seconds))]) { $0.maxLifetime = 3600 }
        #expect(found == (isAccepted ? nil : "lifetime"))
        #expect(
            try refusal([("iat", nil)]) {
                $0.maxLifetime = 3600
                $0.require = []
            } == "missing_claim:iat")
    }

    @Test(
        "SEC-12: aud names us, alone or in a list",
        arguments: [
            ("gatehouse", nil), (["gatehouse"], nil), (["other", "gatehouse"], nil), ("other", "aud"), ("", "aud"), ("Gatehouse", "aud"),
            ("gatehouse ", "aud"), ([], "aud"), (["other"], "aud"), ("gatehouse,other", "aud"), (1, "claim_type:aud"),
            (true, "claim_type:aud"),
            (["gatehouse", 1], "claim_type:aud"), ([["gatehouse"]], "claim_type:aud"), (["gatehouse": true], "claim_type:aud"),
        ] as [(JSONValue, String?)])
    func audience(value: JSONValue, expected: String?) throws {
        #expect(try refusal([("aud", value)]) == expected)
    }

    @Test(
        "An issuer without audience takes tokens without aud, whose client it names, and no others",
        arguments: [
            ([], nil), ([("aud", .null)], nil), ([("aud", "gatehouse")], "aud"), ([("aud", [])], "aud"), ([("aud", ["web"])], "aud"),
            ([("azp", nil)], "missing_claim:azp"), ([("azp", .null)], "missing_claim:azp"), ([("azp", "web2")], "claim_value:azp"),
            ([("azp", "")], "claim_value:azp"), ([("azp", ["web"])], "claim_type:azp"), ([("azp", ["a": "web"])], "claim_type:azp"),
            ([("azp", 1)], "claim_value:azp"), ([("azp", "app")], nil),
        ] as [([(String, JSONValue?)], String?)])
    func withoutAudience(changes: [(String, JSONValue?)], expected: String?) throws {
        let found = try refusal([("aud", nil), ("azp", "web")] + changes) {
            $0.audience = []
            $0.requiredValues = [RequiredValue(name: "azp", pointer: "/azp", values: ["web", "app"])]
        }
        #expect(found == expected)
    }

    @Test(
        "A required value is compared exactly, in every claim that has one",
        arguments: [
            ([("tier", 1), ("app", ["live": true])], nil), ([("tier", 2), ("app", ["live": true])], nil),
            ([("tier", 3), ("app", ["live": true])], "claim_value:tier"), ([("tier", "1"), ("app", ["live": true])], "claim_value:tier"),
            ([("tier", true), ("app", ["live": true])], "claim_value:tier"), ([("tier", 1), ("app", ["live": 1])], "claim_value:live"),
            ([("tier", 1), ("app", ["live": false])], "claim_value:live"), ([("tier", 1), ("app", true)], "missing_claim:live"),
            ([("tier", 1)], "missing_claim:live"), ([("app", ["live": true])], "missing_claim:tier"),
        ] as [([(String, JSONValue?)], String?)])
    func requiredValues(claims: [(String, JSONValue?)], expected: String?) throws {
        let found = try refusal(claims) {
            $0.requiredValues = [
                RequiredValue(name: "tier", pointer: "/tier", values: [1, 2]),
                RequiredValue(name: "live", pointer: "/app/live", values: [true]),
            ]
        }
        #expect(found == expected)
    }

    @Test("A required text is compared byte for byte")
    func exactValue() throws {
        for (value, expected) in [("\u{E9}", nil), ("e\u{301}", "claim_value:tenant")] as [(String, String?)] {
            let found = try refusal([("tenant", .string(value))]) {
                $0.requiredValues = [RequiredValue(name: "tenant", pointer: "/tenant", values: ["\u{E9}"])]
            }
            #expect(found == expected)
        }
    }

    @Test("Only an issuer that says so takes ID tokens, and no logout token even then", arguments: ["at_hash", "c_hash", "events"])
    func idTokens(name: String) throws {
        #expect(try refusal([(name, "x")]) { $0.allowsIDTokens = true } == (name == "events" ? "token_kind" : nil))
    }

    @Test(
        "Only an issuer that says so takes tokens without typ; any other type stays refused", arguments: [SigningAlgorithm.es256, .hs256])
    func missingType(algorithm: SigningAlgorithm) throws {
        let issuer = try TestIssuer(algorithm) { $0.allowsMissingType = true }
        let claims = JSONValue.object(TestIssuer.claims).serialized
        for (member, expected) in [
            ("", nil), (",\"typ\":\"at+jwt\"", nil), (",\"typ\":\"JWT\"", "typ"), (",\"typ\":\"none\"", "typ"),
            (",\"typ\":\"\"", "header:typ"), (",\"typ\":null", "header:typ"), (",\"typ\":[]", "header:typ"),
        ] as [(String, String?)] {
            let header = "{\"alg\":\"\(algorithm.rawValue)\",\"kid\":\"k1\"\(member)}"
            #expect(issuer.refusal(of: try issuer.token(header: header, claims: claims)) == expected, "\(member)")
        }
    }

    @Test("SEC-12: what an issuer requires besides must be there")
    func required() throws {
        #expect(try refusal([]) { $0.require = ["tenant"] } == "missing_claim:tenant")
        #expect(try refusal([("tenant", "acme")]) { $0.require = ["tenant"] } == nil)
        #expect(try refusal([("exp", nil)]) { $0.require = [] } == "missing_claim:exp")
        #expect(try refusal([("sub", nil)]) { $0.require = [] } == "missing_claim:sub")
        #expect(try refusal([("jti", nil), ("iat", nil), ("client_id", nil)]) { $0.require = [] } == nil)
    }

    @Test("SEC-35: a token bound to a key is refused", arguments: [["jkt": "x"], .null, "x"] as [JSONValue])
    func confirmation(value: JSONValue) throws {
        #expect(try refusal([("cnf", value)]) == "cnf")
    }

    @Test("SEC-11: ID and logout tokens are refused whatever their typ", arguments: ["at_hash", "c_hash", "events"])
    func otherKinds(name: String) throws {
        #expect(try refusal([(name, "x")]) == "token_kind")
    }

    @Test(
        "SEC-11: typ is one of the issuer's",
        arguments: [
            ("\"at+jwt\"", nil), ("\"AT+JWT\"", nil), ("\"application/at+jwt\"", nil), ("\"Application/at+JWT\"", nil), ("\"JWT\"", "typ"),
            ("\"id+jwt\"", "typ"), ("\"logout+jwt\"", "typ"), ("\"dpop+jwt\"", "typ"), ("\"at+jwt \"", "typ"), ("\"text/at+jwt\"", "typ"),
            ("\"application/application/at+jwt\"", "typ"), ("\"\"", "header:typ"), ("null", "header:typ"), ("1", "header:typ"),
            ("[\"at+jwt\"]", "header:typ"), (nil, "typ_missing"),
        ] as [(String?, String?)])
    func type(value: String?, expected: String?) throws {
        for algorithm in [SigningAlgorithm.es256, .hs256] {
            let issuer = try TestIssuer(algorithm)
            let member = value.map { ",\"typ\":\($0)" } ?? ""
            let header = "{\"alg\":\"\(algorithm.rawValue)\",\"kid\":\"k1\"\(member)}"
            #expect(
                issuer.refusal(of: try issuer.token(header: header, claims: JSONValue.object(TestIssuer.claims).serialized)) == expected)
        }
    }

    @Test("Only a token that is good in every other way is told expired")
    func expiredIsLast() throws {
        let past: (String, JSONValue?) = ("exp", .integer(Self.now - 1000))
        #expect(try refusal([past]) == "expired")
        #expect(try refusal([past, ("aud", "other")]) == "aud")
        #expect(try refusal([past, ("jti", nil)]) == "missing_claim:jti")
        let issuer = try TestIssuer(.hs256)
        var claims = TestIssuer.claims
        claims["exp"] = past.1
        let forged = String(try issuer.token(nil, claims).dropLast(4)) + "AAAA"
        do throws(TokenRefusal) {
            _ = try issuer.verifier.verify(forged, now: TestKeys.now)
            Issue.record("a forged token was accepted")
        } catch { #expect(error.code == .unauthorized && error.reason == .badSignature) }
    }

    @Test("A clock that is not a number accepts nothing", arguments: [Double.nan, .infinity])
    func brokenClock(now: Double) throws {
        #expect(try refusal([], now: now) == "expired")
    }
}
