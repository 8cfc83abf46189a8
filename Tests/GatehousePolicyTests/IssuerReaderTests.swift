import GatehouseJSON
import Testing

@testable import GatehousePolicy

@Suite("Issuers in _global.yaml") struct IssuerReaderTests {
    private func issuer(_ members: String) throws -> IssuerPolicy {
        let text = "apiVersion: gatehouse/v1\nkind: Global\nrevision: 1\nissuers: { a: { iss: x, audience: [a], \(members) } }\n"
        return try #require(try PolicyBundle.load(files: [PolicyFile(name: "_global.yaml", text: text)]).global.issuers.first)
    }

    /// One issuer read by a build with or without the trait.
    private func read(_ members: String, takesPublishedKeys: Bool) -> (issuer: IssuerPolicy?, errors: [PolicyError]) {
        let diagnostics = Diagnostics()
        let file = PolicyFile(name: "f", text: "a: { iss: x, audience: [a], \(members) }")
        guard let root = YAMLReader.read(file.bytes, file: file.name, diagnostics: diagnostics), case .mapping(let entries) = root.kind,
            let entry = entries.first
        else { return (nil, diagnostics.errors) }
        return (IssuerReader(diagnostics: diagnostics, takesPublishedKeys: takesPublishedKeys).read(entry), diagnostics.errors)
    }

    @Test("SEC-12: without a profile the type is at+jwt, and the claims of SEC-12 are required")
    func defaults() throws {
        let issuer = try issuer("jwks_file: f, algorithms: [ES256]")
        #expect(issuer.profile == nil && issuer.typ == ["at+jwt"] && issuer.require == ["exp", "iat", "sub", "jti", "client_id"])
    }

    @Test(
        "SEC-11, SEC-12: the profile rfc9068 is the type at+jwt and the claims of RFC 9068, 2.2, said again or not",
        arguments: ["", ", typ: [at+jwt]", ", require: [jti, iat, client_id, sub, aud, exp, iss]"])
    func profile(more: String) throws {
        let issuer = try issuer("jwks_file: f, algorithms: [ES256], profile: rfc9068\(more)")
        #expect(issuer.profile == .rfc9068 && issuer.typ == ["at+jwt"])
        #expect(Set(issuer.require) == ["iss", "exp", "aud", "sub", "client_id", "iat", "jti"])
    }

    @Test("SEC-12: an issuer may require more than its profile")
    func moreThanProfile() throws {
        let issuer = try issuer(
            "jwks_file: f, algorithms: [ES256], profile: rfc9068, require: [iss, exp, aud, sub, client_id, iat, jti, tenant]")
        #expect(issuer.require.contains("tenant"))
    }

    @Test("SEC-34: without the package trait a jwks_url is refused where it stands, and the trait is named")
    func withoutTrait() {
        let (issuer, errors) = read("jwks_url: \"https://idp.example.com/jwks\", algorithms: [ES256]", takesPublishedKeys: false)
        #expect(issuer == nil && errors.count == 1)
        #expect(errors.first?.code == .notSupported && errors.first?.position.description == "f:1:39")
        #expect(errors.first?.message.contains("--traits RemoteJWKS") == true && errors.first?.message.contains("jwks_file") == true)
    }

    @Test("SEC-34: with it the address is taken as it is written")
    func withTrait() {
        let (issuer, errors) = read("jwks_url: \"https://idp.example.com/jwks?x=1\", algorithms: [ES256]", takesPublishedKeys: true)
        #expect(errors.isEmpty)
        guard case .jwksURL("https://idp.example.com/jwks?x=1")? = issuer?.keys else {
            Issue.record("\(String(describing: issuer?.keys))")
            return
        }
    }

    @Test("POL-44: an issuer whose keys are published is the same when it is read again, and another one at another address")
    func sameAddress() {
        func at(_ address: String) -> IssuerPolicy? {
            read("jwks_url: \"https://idp.example.com/\(address)\", algorithms: [ES256]", takesPublishedKeys: true).issuer
        }
        #expect(at("jwks") != nil && at("jwks") == at("jwks") && at("jwks") != at("other"))
        #expect(at("jwks") != read("jwks_file: jwks, algorithms: [ES256]", takesPublishedKeys: true).issuer)
    }

    @Test("SEC-13: an HMAC secret is not fetched")
    func publishedSecret() {
        let (_, errors) = read("jwks_url: \"https://idp.example.com/jwks\", algorithms: [HS256]", takesPublishedKeys: true)
        #expect(errors.first?.code == .conflict)
    }

    @Test(
        "SEC-34: an address is https, and has one reading",
        arguments: [
            ("https://idp.example.com/jwks.json", true), ("https://idp.example.com", true), ("https://idp.example.com:8443/a/b?c=d", true),
            ("https://127.0.0.1:1/x", true), ("https://[::1]:8443/x", true), ("https://[::1]/x", true), ("https://a%2Fb/x", false),
            ("http://idp.example.com/", false), ("HTTPS://idp.example.com/", false), ("https:/idp.example.com", false), ("https://", false),
            ("https:///x", false), ("https://user@idp.example.com/", false), ("https://user:pw@idp.example.com/", false),
            ("https://idp.example.com/jwk/keys@system.example.com", true), ("https://idp.example.com@evil.example/", false),
            ("https://idp.example.com:443@evil.example/", false), ("https://[::1]@evil.example/", false),
            ("https://idp.example.com\\@evil.example/", false), ("https://idp.example.com#@evil.example/", false),
            ("https://idp.example.com/#x", false), ("https://idp.example.com:0/", false), ("https://idp.example.com:65536/", false),
            ("https://idp.example.com:/", false), ("https://idp.example.com:x/", false), ("https://idp..example.com/", false),
            ("https://.example.com/", false), ("https://idp.example.com/a b", false), ("https://idp.example.com/\n", false),
            ("https://idp.ex\u{E9}mple.com/", false), ("https://[::1/x", false), ("https://[x]/", false), ("https://::1/x", false),
            ("https://idp.example.com/../x", false), ("https://idp.example.com?x", false), (" https://idp.example.com/", false),
            ("file:///etc/passwd", false), ("unix:/run/x", false), ("https+unix://x/", false), ("", false),
        ])
    func addresses(text: String, isPinnable: Bool) {
        #expect(IssuerReader.isPinnable(text) == isPinnable)
    }

    /// The errors of an issuer with these members; those about keys aside.
    private func errors(_ members: String) -> [PolicyError.Code] {
        let diagnostics = Diagnostics()
        let file = PolicyFile(name: "f", text: "a: { iss: x, jwks_file: f, algorithms: [ES256], \(members) }")
        guard let root = YAMLReader.read(file.bytes, file: file.name, diagnostics: diagnostics), case .mapping(let entries) = root.kind,
            let entry = entries.first
        else { return diagnostics.errors.map(\.code) }
        let issuer = IssuerReader(diagnostics: diagnostics).read(entry)
        return diagnostics.errors.isEmpty ? (issuer == nil ? [.value] : []) : diagnostics.errors.map(\.code)
    }

    @Test(
        "SEC-12: an issuer says whose its tokens are, by audience or by the client",
        arguments: [
            ("audience: [a]", []), ("audience: [a], require_values: { azp: web }", []), ("require_values: { client_id: web }", []),
            ("require_values: { azp: [web, app] }", []), ("require_values: { token_use: access }", []),
            ("require_values: { cid: web }", []),
            ("require_values: { appid: web }", []), ("require_values: { /azp: web }", []), ("require: [exp]", [.missingKey]),
            ("require_values: { tenant: acme }", [.missingKey]), ("require_values: { /azp/x: web }", [.missingKey]),
            ("audience: []", [.value]), ("audience: [], require_values: { azp: web }", [.value]), ("audience: web", [.type]),
            ("audience: [\"\"]", [.value]), ("require_values: {}", [.value]), ("require_values: { azp: [] }", [.value]),
            ("require_values: { azp: }", [.type]), ("require_values: { azp: [web, web2], aud: x }", [.conflict]),
            ("require_values: [azp]", [.type]), ("require_values: { azp: { equals: web } }", [.type]),
            ("require_values: { azp: web, /~2: x }", [.value]), ("require_values: { azp: yes }", [.type]),
            ("require_values: { azp: web }, require: [exp, aud]", [.conflict]),
            ("require_values: { azp: web }, profile: rfc9068", [.conflict]),
            ("require_values: { azp: web }, id_tokens: allow", [.missingKey]), ("audience: [a], id_tokens: allow", []),
            ("audience: [a], id_tokens: refuse", []), ("audience: [a], id_tokens: true", [.value]),
            ("audience: [a], typ_missing: allow", []), ("audience: [a], typ_missing: refuse", []),
            ("audience: [a], typ_missing: true", [.value]), ("audience: [a], typ_missing: Allow", [.value]),
            ("audience: [a], typ_missing:", [.type]), ("audience: [a], typ_missing: [allow]", [.value]),
            ("audience: [a], typ: [at+jwt, none]", [.value]), ("audience: [a], typ: [None]", [.value]),
            ("audience: [a], profile: rfc9068, typ_missing: allow", [.conflict]),
            ("audience: [a], profile: rfc9068, id_tokens: allow", [.conflict]),
            ("audience: [a], profile: rfc9068, typ_missing: refuse", []),
            ("audience: [a], claims: { roles: groups }", [.value]), ("audience: [a], claims: { role: /role }", [.unknownKey]),
            ("audience: [a], claims: {}", []),
        ] as [(String, [PolicyError.Code])])
    func tokensForUs(members: String, expected: [PolicyError.Code]) {
        #expect(errors(members) == expected)
    }

    @Test("A claim of require_values is a name, whatever is in it, or a pointer; values are typed")
    func requiredValues() throws {
        let issuer = try issuer(
            "jwks_file: f, algorithms: [ES256], require_values: { \"https://a.example/x~y\": [b, \"1\", 1], /c/d: true, \"e:f\": 0.5 }")
        #expect(
            issuer.requiredValues == [
                .init(name: "https://a.example/x~y", pointer: "/https:~1~1a.example~1x~0y", values: ["b", "1", 1]),
                .init(name: "/c/d", pointer: "/c/d", values: [true]), .init(name: "e:f", pointer: "/e:f", values: [0.5]),
            ])
    }

    @Test("SEC-12: the leeway is 30 seconds unless it is written", arguments: [("", 30), (", leeway: 0s", 0), (", leeway: 60s", 60)])
    func leeway(more: String, seconds: Int64) throws {
        #expect(try issuer("jwks_file: f, algorithms: [ES256]\(more)").leeway == seconds * 1_000_000_000)
    }

    @Test(
        "POL-44: an issuer that takes other tokens than before is another issuer",
        arguments: [
            "typ_missing: allow", "id_tokens: allow", "require_values: { azp: web }", "claims: { roles: /r }", "claims: { scopes: /s }",
            "leeway: 31s", "typ: [JWT]", "require: [exp]", "max_lifetime: 1h", "development: true",
        ])
    func changed(member: String) throws {
        let before = try issuer("jwks_file: f, algorithms: [ES256]")
        #expect(try issuer("jwks_file: f, algorithms: [ES256], \(member)") != before)
        #expect(try issuer("jwks_file: f, algorithms: [ES256]") == before)
    }

    @Test("SEC-34: an address has at most 1,024 bytes")
    func length() {
        let start = "https://idp.example.com/"
        #expect(IssuerReader.isPinnable(start + String(repeating: "a", count: 1_024 - start.utf8.count)))
        #expect(!IssuerReader.isPinnable(start + String(repeating: "a", count: 1_025 - start.utf8.count)))
    }
}
