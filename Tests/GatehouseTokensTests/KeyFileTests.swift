import GatehouseJSON
import GatehouseLiveObjects
import Testing

@testable import GatehouseTokens

@Suite("Key files")
struct KeyFileTests {
    private func code(_ body: () throws -> Void) -> TokenKeyError.Code? {
        do {
            try body()
            return nil
        } catch { return (error as? TokenKeyError)?.code }
    }

    @Test("PEM files load, public or private", arguments: SigningAlgorithm.allCases.filter { $0.family != .hmac })
    func pem(algorithm: SigningAlgorithm) throws {
        let directory = try TestDirectory()
        let secret = try TestKeys.secret(algorithm)
        let privateFile = try directory.file("private.pem", TestKeys.bytes(secret))
        let publicFile = try directory.file("public.pem", TestKeys.bytes(KeyPair.publicPEM(of: secret)), mode: 0o644)
        let token = try StrictToken(Array(TestIssuer(algorithm).token().utf8))
        for file in [privateFile, publicFile] {
            #expect(try VerificationKey.pem(file: file, algorithm: algorithm, kid: "k").verifies(token))
        }
        #expect(code { _ = try SigningKey(file: publicFile, algorithm: algorithm, kid: nil) } != nil)
    }

    @Test(
        "SEC-33: a file with a secret that everyone may read is refused, and a public one that others may change",
        arguments: [
            (0o600, nil, nil), (0o400, nil, nil), (0o640, nil, nil), (0o644, .filePermissions, nil), (0o604, .filePermissions, nil),
            (0o602, .filePermissions, .filePermissions), (0o666, .filePermissions, .filePermissions),
        ] as [(UInt32, TokenKeyError.Code?, TokenKeyError.Code?)])
    func permissions(mode: UInt32, forSecret: TokenKeyError.Code?, forPublic: TokenKeyError.Code?) throws {
        let directory = try TestDirectory()
        let pem = try TestKeys.secret(.es256)
        let privateFile = try directory.file("a.pem", TestKeys.bytes(pem), mode: mode)
        let secretFile = try directory.file("b.secret", [UInt8](repeating: 9, count: 32), mode: mode)
        let symmetricSet = try directory.file(
            "c.json", "{\"keys\":[{\"kty\":\"oct\",\"k\":\"\(Base64.url.encode([UInt8](repeating: 1, count: 32)))\",\"alg\":\"HS256\"}]}",
            mode: mode)
        let publicFile = try directory.file("d.pem", TestKeys.bytes(KeyPair.publicPEM(of: pem)), mode: mode)
        #expect(code { _ = try VerificationKey.pem(file: privateFile, algorithm: .es256, kid: nil) } == forSecret)
        #expect(code { _ = try SigningKey(file: privateFile, algorithm: nil, kid: nil) } == forSecret)
        #expect(code { _ = try VerificationKey.secret(file: secretFile, algorithm: .hs256, kid: nil) } == forSecret)
        #expect(code { _ = try JWKSet(file: symmetricSet, algorithms: [.hs256]) } == forSecret)
        #expect(code { _ = try VerificationKey.pem(file: publicFile, algorithm: .es256, kid: nil) } == forPublic)
    }

    @Test("What is no readable file of a sensible size is refused")
    func unreadable() throws {
        let directory = try TestDirectory()
        let empty = try directory.file("empty", [])
        let large = try directory.file("large", [UInt8](repeating: 65, count: KeyFile.maximumBytes + 1))
        for path in [directory.path + "/none", directory.path, "/dev/null", empty, large] {
            #expect(code { _ = try KeyFile(path: path) } == .fileUnreadable)
        }
    }

    @Test("A text secret loses its one line break, a binary one keeps every byte")
    func lineBreak() throws {
        let directory = try TestDirectory()
        let text = "0123456789abcdef0123456789abcdef"
        let expected = try #require(SecretBytes(Array(text.utf8)))
        for (name, contents) in [("a", text), ("b", text + "\n"), ("c", text + "\r\n")] {
            let key = try VerificationKey.secret(file: directory.file(name, contents), algorithm: .hs256, kid: nil)
            guard case .secret(let secret) = key.material else { throw TestKeys.Missing() }
            #expect(secret.isEqual(to: expected))
        }
        let binary = [UInt8](repeating: 0xAB, count: 31) + [0x0A]
        let key = try VerificationKey.secret(file: directory.file("d", binary), algorithm: .hs256, kid: nil)
        guard case .secret(let secret) = key.material else { throw TestKeys.Missing() }
        #expect(secret.count == 32)
        #expect(code { _ = try VerificationKey.secret(file: directory.file("e", "short\n"), algorithm: .hs256, kid: nil) } == .weakKey)
    }

    @Test(
        "Text that is no key is refused",
        arguments: ["x", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", "-----BEGIN ", "{}"])
    func noKey(text: String) throws {
        let directory = try TestDirectory()
        let file = try directory.file("key.pem", text)
        #expect(code { _ = try VerificationKey.pem(file: file, algorithm: .es256, kid: nil) } == .malformedKey)
    }

    @Test("SEC-47: neither a secret nor an error about it shows its bytes")
    func secrecy() throws {
        let text = "correct horse battery"
        let secret = try #require(SecretBytes(Array(text.utf8)))
        #expect(!"\(secret)".contains(text) && !String(reflecting: secret).contains(text))
        let directory = try TestDirectory()
        let file = try directory.file("secret", text)
        do throws(TokenKeyError) {
            _ = try VerificationKey.secret(file: file, algorithm: .hs256, kid: nil)
            Issue.record("a short secret was accepted")
        } catch { #expect(!"\(error)".contains(text) && "\(error)".contains(file)) }
        var dumped = ""
        dump(
            try VerificationKey(secret: SecretBytes([UInt8](repeating: 65, count: 32)) ?? secret, algorithm: .hs256, kid: nil), to: &dumped)
        #expect(!dumped.contains("AAAA") && !dumped.contains("65"))
    }

    @Test("SEC-45: a C handle is released once, when its last owner goes")
    func ownership() throws {
        final class Count { var value = 0 }
        nonisolated(unsafe) let count = Count()
        let pointer = unsafe OpaquePointer(bitPattern: 16)
        do {
            let owner = try #require(unsafe OwnedHandle(pointer, .secret) { _ in unsafe count.value += 1 })
            let copies = [owner, owner, owner]
            #expect(copies.count == 3)
            #expect(unsafe count.value == 0)
        }
        #expect(unsafe count.value == 1)
        #expect(unsafe OwnedHandle(nil, .secret) { _ in unsafe count.value += 1 } == nil)
        #expect(unsafe count.value == 1)
    }
}
