import Foundation
import GatehouseTestSupport
import GatehouseTokens
import Testing

@testable import Gatehouse
@testable import GatehousePolicy

@Suite("The verifier that a bundle's issuers ask for")
struct TokenKeysTests {
    private let directory: TestDirectory
    private let issuerKeys: IssuerKeys
    private static let now = TestClock.start / 1_000

    init() throws {
        directory = try TestDirectory()
        issuerKeys = try IssuerKeys("k1", "k2", "k3")
    }

    /// A bundle with one issuer whose keys are in a file, or published at an address.
    static func bundle(
        _ name: String = "corp", file: String = "jwks.json", url: String? = nil, audience: String = "gatehouse", generation: UInt64 = 1
    ) -> PolicyBundle {
        var settings = GlobalSettings()
        settings.issuers = [issuer(name, keys: url.map { .jwksURL($0) } ?? .jwksFile(file), audience: audience)]
        return bundle(settings, generation: generation)
    }

    static func issuer(
        _ name: String, iss: String = IssuerKeys.iss, keys: IssuerPolicy.Keys, audience: String = "gatehouse"
    ) -> IssuerPolicy {
        IssuerPolicy(
            name: name, iss: iss, audience: [audience], keys: keys, algorithms: ["ES256"], typ: ["at+jwt"], require: ["exp", "sub"],
            leeway: 0, maxLifetime: nil, development: false, position: SourcePosition(file: "_global.yaml", line: 1, column: 1))
    }

    static func bundle(_ settings: GlobalSettings, generation: UInt64 = 1) -> PolicyBundle {
        PolicyBundle(
            generation: generation, global: settings, rules: [], namespaces: [], files: [], sha256: "", relaxations: [], positions: [:],
            sources: [])
    }

    private func reason(_ keys: TokenKeys, _ kid: String) throws -> String? {
        let token = try issuerKeys.token(kid, now: Self.now)
        do throws(TokenRefusal) {
            _ = try keys.tokens.verify(token, now: Self.now * 1_000)
            return nil
        } catch { return error.reason.name }
    }

    @Test("POL-40: a new bundle and the keys of its issuers come into force together")
    func newBundle() throws {
        defer { directory.remove() }
        try directory.write(try issuerKeys.jwks("k1"), to: "jwks.json")
        try directory.write(try issuerKeys.jwks("k2"), to: "other.json")
        let keys = try TokenKeys(PolicyHolder(Self.bundle()), root: directory.path(""))
        #expect(try reason(keys, "k1") == nil)
        #expect(try reason(keys, "k2") == "unknown_key")
        var commits = 0
        let changes = try keys.reload(for: Self.bundle(file: "other.json", generation: 2)) { commits += 1 }
        #expect(commits == 1 && changes == KeyChanges(added: ["corp/k2"], removed: ["corp/k1"]))
        #expect(try reason(keys, "k1") == "unknown_key")
        #expect(try reason(keys, "k2") == nil)
    }

    @Test("POL-40: keys that a bundle's check has read already are not read again; what changed since is seen at the next look")
    func readOnce() throws {
        defer { directory.remove() }
        try directory.write(try issuerKeys.jwks("k1"), to: "jwks.json")
        try directory.write(try issuerKeys.jwks("k2"), to: "other.json")
        let policies = PolicyHolder(Self.bundle())
        let keys = try TokenKeys(policies, root: directory.path(""))
        let bundle = Self.bundle(file: "other.json", generation: 2)
        let reading = try KeyReading(bundle, root: directory.path(""))
        try directory.write("{", to: "other.json")
        _ = try keys.reload(for: bundle, with: reading) { _ = policies.replace(with: bundle) }
        #expect(try reason(keys, "k2") == nil)
        #expect(throws: TokenKeyError.self) { _ = try keys.reloadIfChanged() }
        try directory.write(try issuerKeys.jwks("k3"), to: "other.json")
        #expect(try keys.reloadIfChanged() == KeyChanges(added: ["corp/k3"], removed: ["corp/k2"]))
    }

    @Test("SEC-34: keys that an issuer has published between a bundle's check and its coming into force are not lost")
    func publishedMeanwhile() throws {
        let policies = PolicyHolder(Self.bundle(url: Self.url))
        let keys = try TokenKeys(policies)
        let bundle = Self.bundle(url: Self.url, audience: "gatehouse", generation: 2)
        let reading = try KeyReading(bundle, root: ".")
        _ = try keys.publish(Array(try issuerKeys.jwks("k1").utf8), at: Self.address)
        _ = try keys.reload(for: bundle, with: reading) { _ = policies.replace(with: bundle) }
        #expect(try reason(keys, "k1") == nil)
    }

    @Test("POL-41: a bundle whose keys are bad is not put in force, and the keys before stay")
    func badBundle() throws {
        defer { directory.remove() }
        try directory.write(try issuerKeys.jwks("k1"), to: "jwks.json")
        let keys = try TokenKeys(PolicyHolder(Self.bundle()), root: directory.path(""))
        let before = keys.tokens.current
        let error = #expect(throws: TokenKeyError.self) {
            _ = try keys.reload(for: Self.bundle(file: "missing.json", generation: 2)) { Issue.record("committed") }
        }
        #expect(error?.code == .fileUnreadable && keys.tokens.current === before)
        // That bundle's mistake is not the files' that are in force.
        #expect(try keys.reloadIfChanged() == nil && keys.tokens.current === before)
    }

    @Test("SEC-40: settings of an issuer that changed under the same keys hold for a token that was verified before")
    func changedSettings() throws {
        defer { directory.remove() }
        try directory.write(try issuerKeys.jwks("k1"), to: "jwks.json")
        let keys = try TokenKeys(PolicyHolder(Self.bundle()), root: directory.path(""))
        let token = try issuerKeys.token("k1", now: Self.now)
        _ = try keys.tokens.current.verify(token, now: Double(Self.now))
        #expect(keys.tokens.current.cachedTokens == 1)
        _ = try keys.reload(for: Self.bundle(audience: "elsewhere", generation: 2)) {}
        #expect(throws: TokenRefusal.self) { _ = try keys.tokens.current.verify(token, now: Double(Self.now)) }
    }

    @Test("Revocations, and what is told of unknown keys, outlive every reload")
    func reloaded() throws {
        defer { directory.remove() }
        try directory.write(try issuerKeys.jwks("k1"), to: "jwks.json")
        let unknown = UnknownKeys()
        let keys = try TokenKeys(PolicyHolder(Self.bundle()), root: directory.path(""), unknownKey: { unknown.note($0) })
        let subject = Revocation.Subject.user(iss: IssuerKeys.iss, sub: "alice", issuedBefore: Self.now + 1)
        keys.tokens.revocations.replace(with: try RevocationList().adding(Revocation(subject, until: .max), now: Self.now))
        _ = try keys.reload()
        #expect(try reason(keys, "k1") == "revoked")
        #expect(unknown.take().isEmpty)
        #expect(try reason(keys, "k2") == "unknown_key")
        #expect(unknown.take() == ["corp"] && unknown.take().isEmpty)
    }

    // MARK: What an issuer publishes

    private static let url = "https://idp.example/jwks"
    private static let address = KeySetAddress(issuer: "corp", url: url)

    @Test("SEC-34: before the first fetch an issuer that publishes its keys has none, and all of its tokens are refused")
    func nothingFetched() throws {
        let keys = try TokenKeys(PolicyHolder(Self.bundle(url: Self.url)))
        #expect(try reason(keys, "k1") == "unknown_key")
    }

    @Test("SEC-34: what was fetched comes into force, and a set that is bad leaves it there")
    func published() throws {
        let keys = try TokenKeys(PolicyHolder(Self.bundle(url: Self.url)))
        let set = Array(try issuerKeys.jwks("k1").utf8)
        #expect(try keys.publish(set, at: Self.address) == KeyChanges(added: ["corp/k1"], removed: []))
        #expect(try reason(keys, "k1") == nil)
        let before = keys.tokens.current
        #expect(try keys.publish(set, at: Self.address) == nil && keys.tokens.current === before)
        for bad in ["", "{}", "<html>", "{\"keys\":[]}", "{\"keys\":[{\"kty\":\"oct\",\"k\":\"AAAA\",\"alg\":\"HS256\"}]}"] {
            #expect(throws: TokenKeyError.self) { _ = try keys.publish(Array(bad.utf8), at: Self.address) }
        }
        #expect(keys.tokens.current === before)
        #expect(try reason(keys, "k1") == nil)
        #expect(
            try keys.publish(Array(try issuerKeys.jwks("k2", "k3").utf8), at: Self.address)
                == KeyChanges(added: ["corp/k2", "corp/k3"], removed: ["corp/k1"]))
        #expect(try reason(keys, "k1") == "unknown_key")
        #expect(try reason(keys, "k3") == nil)
    }

    @Test("SEC-34: what was fetched is kept by issuer and address: another issuer or another address does not get it")
    func keptByAddress() throws {
        let keys = try TokenKeys(PolicyHolder(Self.bundle(url: Self.url)))
        let set = Array(try issuerKeys.jwks("k1").utf8)
        for other in [KeySetAddress(issuer: "staff", url: Self.url), KeySetAddress(issuer: "corp", url: Self.url + "2")] {
            #expect(try keys.publish(set, at: other) == nil)
        }
        #expect(try reason(keys, "k1") == "unknown_key")
        _ = try keys.publish(set, at: Self.address)
        _ = try keys.reload(for: Self.bundle(url: Self.url + "2", generation: 2)) {}
        #expect(try reason(keys, "k1") == "unknown_key")
    }

    @Test("SEC-34: a good set is not lost because another issuer's file is bad: it comes into force once that is mended")
    func otherIssuersFile() throws {
        defer { directory.remove() }
        try directory.write(try issuerKeys.jwks("k2"), to: "staff.json")
        var settings = GlobalSettings()
        settings.issuers = [
            Self.issuer("corp", keys: .jwksURL(Self.url)), Self.issuer("staff", iss: "https://staff", keys: .jwksFile("staff.json")),
        ]
        let keys = try TokenKeys(PolicyHolder(Self.bundle(settings)), root: directory.path(""))
        try directory.write("{", to: "staff.json")
        #expect(throws: TokenKeyError.self) { _ = try keys.publish(Array(try issuerKeys.jwks("k1").utf8), at: Self.address) }
        #expect(try reason(keys, "k1") == "unknown_key")
        try directory.write(try issuerKeys.jwks("k2"), to: "staff.json")
        #expect(try keys.reloadIfChanged() == KeyChanges(added: ["corp/k1"], removed: []))
        #expect(try reason(keys, "k1") == nil)
    }
}
