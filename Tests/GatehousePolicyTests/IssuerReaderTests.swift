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

    @Test("SEC-34: an address has at most 1,024 bytes")
    func length() {
        let start = "https://idp.example.com/"
        #expect(IssuerReader.isPinnable(start + String(repeating: "a", count: 1_024 - start.utf8.count)))
        #expect(!IssuerReader.isPinnable(start + String(repeating: "a", count: 1_025 - start.utf8.count)))
    }
}
