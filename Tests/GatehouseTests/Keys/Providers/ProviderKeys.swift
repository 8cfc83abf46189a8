import Foundation
import GatehouseJSON
import GatehousePolicy

@testable import GatehouseTokens

/// The issuers of policies/README.md as the policy loader reads them, with keys that are made for one run.
struct ProviderKeys: Sendable {
    static let kid = "KeyId1"
    /// The documented entries, and nothing else of the page.
    static let entries: String = {
        let page = URL(fileURLWithPath: #filePath).appendingPathComponent("../../../../../policies/README.md").standardized
        let text = (try? String(contentsOf: page, encoding: .utf8)) ?? ""
        let section = text.components(separatedBy: "\n## Identity providers\n").last ?? ""
        return section.components(separatedBy: "```yaml\n").dropFirst().first?.components(separatedBy: "```").first ?? ""
    }()

    /// By algorithm: one key pair for each kind, since RSA keys are slow to make.
    private static let keys: [SigningAlgorithm: SigningKey] = {
        var keys: [SigningAlgorithm: SigningKey] = [:]
        for algorithm in [SigningAlgorithm.rs256, .es256, .hs256] {
            let secret =
                algorithm == .hs256
                ? SecretBytes((0..<40).map { _ in UInt8.random(in: 0x30...0x39) })
                : try? KeyPair.privatePEM(for: algorithm, rsaBits: 2_048)
            guard let secret else { continue }
            keys[algorithm] =
                algorithm == .hs256
                ? try? SigningKey(secret: secret, algorithm: algorithm, kid: kid)
                : try? SigningKey(pem: secret, algorithm: algorithm, kid: kid)
        }
        return keys
    }()

    struct Missing: Error { let what: String }

    static func key(_ algorithm: String) throws -> SigningKey {
        guard let key = SigningAlgorithm(rawValue: algorithm).flatMap({ keys[$0] }) else { throw Missing(what: algorithm) }
        return key
    }

    /// Writes the key files that the entries name, below `directory`.
    static func write(_ issuers: [IssuerPolicy], to directory: TestDirectory) throws {
        for issuer in issuers {
            let key = try key(try required(issuer.algorithms.first, "an algorithm of \(issuer.name)"))
            switch issuer.keys {
            case .jwksFile(let path):
                let set = JSONValue.object(["keys": [.object(try key.verificationKey.publicJWK())]])
                try directory.write(set.serialized, to: path)
            case .secretFiles(let files):
                let secret = unsafe key.secret.withBytes { unsafe String(decoding: $0, as: UTF8.self) }
                for file in files { try directory.write(secret, to: file.path) }
            default: throw Missing(what: "the keys of \(issuer.name)")
            }
        }
    }

    /// A signed token.
    static func token(
        _ provider: IdentityProvider, of issuer: IssuerPolicy, now: Int64, header: IdentityProvider.Changes = [],
        claims: IdentityProvider.Changes = [], key other: SigningKey? = nil
    ) throws -> String {
        var head: JSONObject = ["alg": .string(provider.algorithm), "kid": .string(kid)]
        for (name, value) in provider.header.members { head[name] = value }
        for change in header { head[change.name] = change.value }
        var body = provider.claims
        body["iss"] = .string(issuer.iss)
        body["iat"] = .integer(now)
        body["exp"] = .integer(now + 600)
        for change in claims { body[change.name] = change.value }
        let input = [head, body].map { Base64.url.encode(Array(JSONValue.object($0).serialized.utf8)) }.joined(separator: ".")
        let signature = try required(try (other ?? key(provider.algorithm)).signature(over: Array(input.utf8)), "a signature")
        return input + "." + Base64.url.encode(signature)
    }

    private static func required<Value>(_ value: Value?, _ what: String) throws -> Value {
        guard let value else { throw Missing(what: what) }
        return value
    }
}
