import GatehouseJSON
import GatehouseNetwork
import GatehouseTestSupport
import GatehouseTesting
import Testing

@testable import Gatehouse
@testable import GatehousePolicy
@testable import GatehouseTokens

/// Tokens of the shapes that identity providers write, through the policy loader, the verifier, and what rules see, and into a server. The
/// issuers are those of the documentation.
@Suite("Tokens of identity providers")
struct IdentityProviderTests {
    private static let now = TestClock.start / 1_000
    private let directory: TestDirectory
    private let bundle: PolicyBundle
    private let keys: TokenKeys

    init() throws {
        directory = try TestDirectory()
        bundle = try PolicyBundle.load(files: Self.policies.files)
        try ProviderKeys.write(bundle.global.issuers, to: directory)
        keys = try TokenKeys(PolicyHolder(bundle), root: directory.path(""))
    }

    /// Who has the roles and scopes of a provider may connect, and nobody else.
    private static var policies: TestPolicies {
        var policies = TestPolicies().allowing(
            connect: IdentityProvider.all.map { provider in
                let roles = provider.roles.map { list($0, "roles") } ?? ""
                let scopes = provider.scopes.map { list($0, "scopes") } ?? ""
                return "{ id: \(provider.name).connect, when: { issuer: \(provider.name)\(roles)\(scopes) } }"
            }.joined(separator: "\n    - "))
        policies.setGlobal(
            "apiVersion: gatehouse/v1\nkind: Global\nrevision: 1\n" + ProviderKeys.entries
                + "limits:\n  connections: { node: 1000, per_ip: 500, unauthenticated: 500 }\n"
                + "  ip: { failed_auth_penalty: { delay_after: 1000, ban_after: 1000 } }\n")
        return policies
    }

    private static func list(_ words: [String], _ name: String) -> String {
        words.isEmpty ? "" : ", \(name): { all_of: [\(words.map { "\"\($0)\"" }.joined(separator: ", "))] }"
    }

    private func issuer(_ provider: IdentityProvider) throws -> IssuerPolicy {
        try #require(bundle.global.issuers.first { $0.name == provider.name }, "\(provider.name) is not documented")
    }

    private func refusal(_ token: String, at now: Int64 = now) -> String? {
        do throws(TokenRefusal) {
            _ = try keys.tokens.verify(token, now: now * 1_000)
            return nil
        } catch { return error.reason.name }
    }

    private func token(
        _ provider: IdentityProvider, header: IdentityProvider.Changes = [], claims: IdentityProvider.Changes = [], key: SigningKey? = nil
    ) throws -> String {
        try ProviderKeys.token(provider, of: issuer(provider), now: Self.now, header: header, claims: claims, key: key)
    }

    /// What rules see of a token.
    private func subject(_ token: String) throws -> Subject {
        let verified = try keys.tokens.verify(token, now: Self.now * 1_000)
        return Subject(
            issuer: verified.issuer, iss: verified.iss, sub: verified.sub, claims: verified.claims, ip: IPAddress("127.0.0.1"), origin: nil,
            transport: .websocket, settings: bundle.global)
    }

    @Test("Every documented entry is one that is tried here, and the other way round")
    func documented() {
        #expect(Set(bundle.global.issuers.map(\.name)) == Set(IdentityProvider.all.map(\.name)))
        #expect(bundle.global.issuers.count == 11)
    }

    @Test("A token of each shape is good, with the roles and scopes where the entry says they are", arguments: IdentityProvider.all)
    func shape(_ provider: IdentityProvider) throws {
        defer { directory.remove() }
        let subject = try subject(token(provider))
        #expect(subject.issuer == provider.name && subject.roles.words == provider.roles ?? [])
        #expect(subject.scopes.words == provider.scopes ?? [])
        let policy = try #require(bundle.namespace("/"))
        #expect(policy.grants(for: subject).decideConnect(now: Self.now).isAllowed)
        for variant in provider.variants {
            let subject = try self.subject(token(provider, header: variant.header, claims: variant.claims))
            #expect(subject.roles.words == variant.roles ?? provider.roles ?? [], "\(variant.what)")
            #expect(subject.scopes.words == variant.scopes ?? provider.scopes ?? [], "\(variant.what)")
        }
    }

    @Test("A token that is not for us is refused, and the check is named", arguments: IdentityProvider.all)
    func nearMisses(_ provider: IdentityProvider) throws {
        defer { directory.remove() }
        for miss in provider.nearMisses {
            #expect(try refusal(token(provider, header: miss.header, claims: miss.claims)) == miss.reason, "\(miss.what)")
        }
    }

    @Test("What holds for every token holds for each shape", arguments: IdentityProvider.all)
    func everyToken(_ provider: IdentityProvider) throws {
        defer { directory.remove() }
        let stranger =
            provider.algorithm == "HS256"
            ? try SigningKey(secret: #require(SecretBytes([UInt8](repeating: 7, count: 32))), algorithm: .hs256, kid: nil)
            : try SigningKey(
                pem: KeyPair.privatePEM(for: #require(SigningAlgorithm(rawValue: provider.algorithm)), rsaBits: 2_048),
                algorithm: #require(SigningAlgorithm(rawValue: provider.algorithm)), kid: nil)
        let rows: [(String, IdentityProvider.Changes, IdentityProvider.Changes, SigningKey?)] = [
            ("bad_signature", [], [], stranger), ("header:alg", [("alg", "none")], [], nil), ("header:alg", [("alg", nil)], [], nil),
            ("alg_mismatch", [("alg", provider.algorithm == "HS256" ? "RS256" : "HS256")], [], nil),
            ("unknown_key", [("kid", "another")], [], nil), ("header:crit", [("crit", ["b64"])], [], nil),
            ("typ", [("typ", "id+jwt")], [], nil), ("typ", [("typ", "dpop+jwt")], [], nil),
            ("unknown_issuer", [], [("iss", nil)], nil), ("cnf", [], [("cnf", [:])], nil), ("token_kind", [], [("events", [:])], nil),
            ("missing_claim:sub", [], [("sub", nil)], nil), ("missing_claim:exp", [], [("exp", nil)], nil),
            // The leeway is 30 s: for what begins, and not for what ends.
            ("expired", [], [("exp", .integer(Self.now))], nil), ("expired", [], [("exp", .integer(Self.now - 1))], nil),
            ("nbf", [], [("nbf", .integer(Self.now + 31))], nil), ("iat", [], [("iat", .integer(Self.now + 31))], nil),
            ("auth_time", [], [("auth_time", .integer(Self.now + 31))], nil),
        ]
        for (reason, header, claims, key) in rows {
            #expect(try refusal(token(provider, header: header, claims: claims, key: key)) == reason, "\(header) \(claims)")
        }
        for name in ["nbf", "iat", "auth_time"] {
            #expect(try refusal(token(provider, claims: [(name, .integer(Self.now + 30))])) == nil, "\(name)")
        }
        #expect(try refusal(token(provider, claims: [("exp", .integer(Self.now + 1))])) == nil)
    }

    @Test("A client with a token of each shape connects, and with a near miss it does not")
    func connects() async throws {
        var fixture = try StartFixture(Self.policies)
        defer { fixture.directory.remove() }
        try ProviderKeys.write(bundle.global.issuers, to: fixture.directory)
        fixture.configuration.root = fixture.directory.path("")
        let server = try await fixture.application.start()
        let now = ServerClock.system.wallMilliseconds() / 1_000
        do {
            for provider in IdentityProvider.all {
                let issuer = try issuer(provider)
                let client = try await SocketIOClient.connect(server.url)
                let good = try ProviderKeys.token(provider, of: issuer, now: now)
                try await client.join("/", auth: ["token": .string(good)])
                let miss = try #require(provider.nearMisses.first)
                let bad = try ProviderKeys.token(provider, of: issuer, now: now, header: miss.header, claims: miss.claims)
                let other = try await SocketIOClient.connect(server.url)
                let refused = await #expect(throws: ConnectRefused.self, "\(provider.name)") {
                    try await other.join("/", auth: ["token": .string(bad)])
                }
                #expect(refused?.code == "unauthorized")
                try await client.close()
                try await other.close()
            }
        } catch {
            try await server.stop()
            throw error
        }
        try await server.stop()
    }
}
