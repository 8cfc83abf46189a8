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
            proxiesPosition: nil, sources: [])
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

    /// Two issuers: one publishes its keys, the other has a file.
    private func twoIssuers() throws -> TokenKeys {
        try directory.write(try issuerKeys.jwks("k2"), to: "staff.json")
        var settings = GlobalSettings()
        settings.issuers = [
            Self.issuer("corp", keys: .jwksURL(Self.url)), Self.issuer("staff", iss: "https://staff", keys: .jwksFile("staff.json")),
        ]
        return try TokenKeys(PolicyHolder(Self.bundle(settings)), root: directory.path(""))
    }

    @Test("One issuer's bad file holds up no other one's new keys, and its own stay")
    func otherIssuersFile() throws {
        defer { directory.remove() }
        let keys = try twoIssuers()
        for bad in ["{", "{\"keys\":[]}", try issuerKeys.jwks("k3", "k3")] {
            try directory.write(bad, to: "staff.json")
            let first = try #require(try keys.publish(Array(try issuerKeys.jwks("k1").utf8), at: Self.address))
            #expect(first.added == ["corp/k1"])
            #expect(try reason(keys, "k1") == nil)
            #expect(keys.tokens.current.issuers.keyNames(of: "staff") == ["k2"])
            let second = try keys.publish(Array(try issuerKeys.jwks("k3").utf8), at: Self.address)
            #expect(second == KeyChanges(added: ["corp/k3"], removed: ["corp/k1"]))
            #expect(try reason(keys, "k1") == "unknown_key")
        }
        try directory.write(try issuerKeys.jwks("k1"), to: "staff.json")
        #expect(try keys.reloadIfChanged() == KeyChanges(added: ["staff/k1"], removed: ["staff/k2"]))
    }

    @Test("A bad file is told once, whatever others publish meanwhile, and again once it is bad in another way")
    func toldOnce() throws {
        defer { directory.remove() }
        let keys = try twoIssuers()
        try directory.write("{", to: "staff.json")
        var told: [TokenKeyError.Code] = []
        func look() throws {
            guard let prepared = try keys.prepareIfChanged() else { return }
            told += prepared.rejected.map(\.error.code)
            #expect(prepared.rejected.allSatisfy { $0.issuer == "staff" } && keys.take(prepared))
        }
        for _ in 0..<3 { try look() }
        #expect(told == [.malformedKey])
        let before = keys.tokens.current
        for set in try [issuerKeys.jwks("k1"), issuerKeys.jwks("k1", "k3")] {
            let prepared = try #require(try keys.prepare(Array(set.utf8), at: Self.address))
            told += prepared.rejected.map(\.error.code)
            #expect(keys.take(prepared))
            for _ in 0..<2 { try look() }
        }
        #expect(told == [.malformedKey] && keys.tokens.current !== before)
        try directory.write("{\"keys\":[]}", to: "staff.json")
        for _ in 0..<3 { try look() }
        #expect(told == [.malformedKey, .configuration])
    }

    @Test("A set that has lost all keys that can be used leaves those before in force; one that has lost some has lost them")
    func lostKeys() throws {
        let keys = try TokenKeys(PolicyHolder(Self.bundle(url: Self.url)))
        _ = try keys.publish(Array(try issuerKeys.jwks("k1", "k2").utf8), at: Self.address)
        let foreign = "{\"keys\":[{\"kty\":\"AKP\",\"kid\":\"k9\",\"alg\":\"ML-DSA-44\"}]}"
        for empty in ["{\"keys\":[]}", foreign] {
            #expect(throws: TokenKeyError.self) { _ = try keys.publish(Array(empty.utf8), at: Self.address) }
            #expect(try reason(keys, "k1") == nil && reason(keys, "k2") == nil)
        }
        _ = try keys.publish(Array(try issuerKeys.jwks("k2").utf8), at: Self.address)
        #expect(try reason(keys, "k1") == "unknown_key")
        #expect(try reason(keys, "k2") == nil)
    }

    @Test("A stranger's key that appears in a set is told once, and breaks no login; it is told again once it has gone and come back")
    func strangersKey() throws {
        let keys = try TokenKeys(PolicyHolder(Self.bundle(url: Self.url)))
        let stranger = #"{"kty":"RSA","use":"enc","kid":"enc","n":"AQAB","e":"AQAB"}"#
        func publish(_ kids: [String], _ others: [String]) throws {
            let members = try kids.map { try issuerKeys.jwks($0).dropFirst(9).dropLast(2) }
            _ = try keys.publish(Array("{\"keys\":[\((members.map(String.init) + others).joined(separator: ","))]}".utf8), at: Self.address)
        }
        try publish(["k1"], [])
        #expect(keys.takeNewlyLeftOut().isEmpty)
        for kids in [["k1"], ["k1", "k2"], ["k2"]] {
            try publish(kids, [stranger])
            for kid in kids { #expect(try reason(keys, kid) == nil) }
            // Its place in the set changes, and it is the same key.
            #expect(keys.takeNewlyLeftOut().map(\.name) == (kids == ["k1"] ? ["enc"] : []))
        }
        try publish(["k2"], [])
        #expect(keys.takeNewlyLeftOut().isEmpty)
        try publish(["k2"], [stranger])
        #expect(keys.takeNewlyLeftOut().count == 1)
    }
}
