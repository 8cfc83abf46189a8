import GatehouseJSON
import GatehouseTokens

/// FZ-04: nothing is accepted without a valid signature, and nothing that a plain reading of the claims refuses.
///
/// The first byte says what the rest is: a token as it came; header and claims, split by a NUL, which are signed here; or changes to tokens that
/// were issued with keys of this process.
package struct TokenHarness: FuzzHarness {
    package static let name = "token"

    static let now = 1_800_000_000.0

    private let verifier: CurrentTokenVerifier
    private let issued: [[UInt8]]

    package init() throws {
        var issuers: [IssuerConfiguration] = []
        var issued: [[UInt8]] = []
        var revocations = RevocationList()
        for algorithm in [SigningAlgorithm.hs256, .es256, .rs256, .edDSA] {
            let iss = "https://\(algorithm.rawValue.lowercased()).example"
            let key = try Self.key(algorithm)
            issuers.append(
                IssuerConfiguration(
                    name: algorithm.rawValue, iss: iss, audience: ["gatehouse"], keys: [.key(key.verificationKey)],
                    algorithms: [algorithm], typ: ["at+jwt", "JWT"], maxLifetime: 7_200))
            try revocations.insert(Revocation(.token(iss: iss, jti: "revoked"), until: .max))
            let issuer = try TokenIssuer(key: key, iss: iss, audience: ["gatehouse"])
            issued.append(Array(try issuer.issue(TokenRequest(subject: "alice", clientID: "web"), now: Int64(Self.now)).text.utf8))
        }
        verifier = CurrentTokenVerifier(try TokenVerifier(issuers, cacheCapacity: 8), revocations: CurrentRevocations(revocations))
        self.issued = issued
    }

    private static func key(_ algorithm: SigningAlgorithm) throws -> SigningKey {
        guard algorithm.family == .hmac else {
            return try SigningKey(pem: KeyPair.privatePEM(for: algorithm, rsaBits: 2_048), algorithm: algorithm, kid: "k1")
        }
        guard let secret = SecretBytes(HMACSignature.secret) else { throw BrokenOracle("no memory for a secret") }
        return try SigningKey(secret: secret, algorithm: algorithm, kid: "k1")
    }

    package mutating func run(_ input: [UInt8]) throws {
        guard let mode = input.first else { return }
        let rest = Array(input.dropFirst())
        switch mode % 3 {
        case 0: try raw(rest)
        case 1: try signed(rest)
        default: try changed(rest)
        }
    }

    /// The refusal; nil if the token is accepted. A second look, which may come from the cache, says the same.
    private func refusal(of token: [UInt8]) throws -> TokenRefusal? {
        var refusals: [TokenRefusal?] = []
        for _ in 0..<2 {
            do throws(TokenRefusal) {
                // As it comes out of a packet, where bytes that are no UTF-8 have been refused before.
                _ = try verifier.verify(String(decoding: token, as: UTF8.self), now: Int64(Self.now) * 1_000)
                refusals.append(nil)
            } catch {
                refusals.append(error)
            }
        }
        try require(refusals[0] == refusals[1], "the second look at a token says otherwise")
        return refusals[0]
    }

    private func raw(_ token: [UInt8]) throws {
        if try refusal(of: token) != nil { return }
        try require(HMACSignature.isValid(token) || issued.contains(token), "a token without a valid signature was accepted")
    }

    private func signed(_ input: [UInt8]) throws {
        guard let split = input.firstIndex(of: 0) else { return }
        let parts = [input[..<split], input[(split + 1)...]].map { Base64.url.encode($0) }
        let text = Array(parts.joined(separator: ".").utf8)
        let signature = HMACSignature.of(text)
        let token = text + [0x2E] + Array(Base64.url.encode(signature).utf8)
        let refusal = try refusal(of: token)
        if refusal == nil {
            try LawfulToken.check(header: Array(input[..<split]), claims: Array(input[(split + 1)...]))
        } else if refusal?.reason == .badSignature {
            try require(LawfulToken.mayConfuseLibjwt(input), "a valid signature was refused")
        }
        var other = signature
        other[Splits.digest(input) % other.count] ^= 1 << UInt8(Splits.digest(input) % 8)
        let forged = text + [0x2E] + Array(Base64.url.encode(other).utf8)
        try require(self.refusal(of: forged) != nil, "a signature with a changed bit was accepted")
    }

    /// Parts of issued tokens put together, and bytes of the result changed.
    private func changed(_ input: [UInt8]) throws {
        guard let choice = input.first else { return }
        var token: [UInt8] = []
        for part in 0..<3 {
            let parts = issued[Int(choice >> UInt8(2 * part)) % issued.count].split(separator: 0x2E)
            token += (part == 0 ? [] : [0x2E]) + parts[part]
        }
        var edits = input.dropFirst()
        while edits.count >= 3 {
            let place = Int(edits.removeFirst()) << 8 | Int(edits.removeFirst())
            token[place % token.count] ^= edits.removeFirst()
        }
        let isWhole = issued.contains(token)
        try require((refusal(of: token) == nil) == isWhole, isWhole ? "an issued token was refused" : "a changed token was accepted")
    }
}
