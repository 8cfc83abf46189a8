import GatehouseJSON
import Testing

@testable import GatehouseTokens

@Suite("Development keys")
struct DevelopmentTokenKeyTests {
    private func configuration(_ key: DevelopmentTokenKey, development: Bool) -> IssuerConfiguration {
        IssuerConfiguration(
            name: "dev", iss: "https://dev", audience: ["gatehouse"], keys: [.jwks(path: key.jwksPath)], algorithms: [.es256],
            development: development)
    }

    @Test("SEC-48: what the private half signs, the public half's file verifies")
    func roundTrip() throws {
        let directory = try TestDirectory()
        let key = try DevelopmentTokenKey.create(in: directory.path)
        let loaded = try DevelopmentTokenKey.load(from: directory.path)
        let thumbprint = try key.signingKey.verificationKey.thumbprint()
        #expect(loaded.kid == key.kid && loaded.kid == thumbprint)
        let verifier = try TokenVerifier([configuration(key, development: true)])
        let issuer = try TokenIssuer(key: loaded.signingKey, iss: "https://dev", audience: ["gatehouse"])
        let issued = try issuer.issue(TokenRequest(subject: "alice", clientID: "dev"), now: Int64(TestKeys.now))
        #expect(try verifier.verify(issued.text, now: TestKeys.now).sub == "alice")
        #expect(verifier.issuers.namesWithDevelopmentKeys == ["dev"])
    }

    @Test("SEC-48: the private key is its owner's alone, the public set is readable")
    func modes() throws {
        let directory = try TestDirectory()
        let key = try DevelopmentTokenKey.create(in: directory.path)
        #expect(directory.mode(key.privateKeyPath) == 0o600)
        #expect(directory.mode(key.jwksPath) == 0o644)
    }

    @Test("SEC-48: neither file is ever overwritten", arguments: [DevelopmentTokenKey.privateFileName, DevelopmentTokenKey.publicFileName])
    func overwriting(name: String) throws {
        let directory = try TestDirectory()
        let path = try directory.file(name, "mine")
        #expect { _ = try DevelopmentTokenKey.create(in: directory.path) } throws: { ($0 as? TokenKeyError)?.code == .fileExists }
        #expect(TestKeys.bytes(try KeyFile(path: path).contents) == Array("mine".utf8))
        let other = name == DevelopmentTokenKey.privateFileName ? DevelopmentTokenKey.publicFileName : DevelopmentTokenKey.privateFileName
        #expect(directory.mode(directory.path + "/" + other) == 0)
    }

    @Test("SEC-48: both files carry the mark, and an issuer that is not for development refuses them")
    func mark() throws {
        let directory = try TestDirectory()
        let key = try DevelopmentTokenKey.create(in: directory.path)
        let text = String(decoding: TestKeys.bytes(try KeyFile(path: key.privateKeyPath).contents), as: UTF8.self)
        #expect(text.hasPrefix("# gatehouse development key"))
        #expect(try JWKSet(file: key.jwksPath, algorithms: [.es256]).keys.map { $0.isDevelopment } == [true])
        #expect { _ = try IssuerSet([configuration(key, development: false)]) } throws: { ($0 as? TokenKeyError)?.code == .configuration }
        // A key copied out of the marked set into another one stays marked.
        let jwk = JSONValue.object(try key.signingKey.verificationKey.publicJWK())
        let copy = try JWKSet(text: JSONValue.object(["keys": [jwk]]).serialized, algorithms: [.es256])
        #expect(copy.keys.map { $0.isDevelopment } == [true])
    }

    @Test("Files that are not one pair are refused")
    func mixed() throws {
        let (one, two) = (try TestDirectory(), try TestDirectory())
        let key = try DevelopmentTokenKey.create(in: one.path)
        let other = try DevelopmentTokenKey.create(in: two.path)
        let mixed = try TestDirectory()
        _ = try mixed.file(DevelopmentTokenKey.privateFileName, TestKeys.bytes(KeyFile(path: key.privateKeyPath).contents))
        _ = try mixed.file(DevelopmentTokenKey.publicFileName, TestKeys.bytes(KeyFile(path: other.jwksPath).contents), mode: 0o644)
        #expect { _ = try DevelopmentTokenKey.load(from: mixed.path) } throws: { ($0 as? TokenKeyError)?.code == .keyID }
    }
}
