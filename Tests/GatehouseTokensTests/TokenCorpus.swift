import GatehouseJSON
import GatehouseTestSupport

@testable import GatehouseTokens

/// Tokens of one algorithm from a seed, for comparing verifiers: good ones, mutated ones, and ones that were made up.
struct TokenCorpus {
    enum Kind: String, CaseIterable {
        // Signed by the issuer's key, with random content.
        case good
        // A good token with something changed.
        case flippedBit, changedCharacter, changedMember, rearranged, otherTokensSignature, wrongLength
        // Never good.
        case randomSignature, extremeSignature, otherKey, otherHash

        /// Whether the issuer's key signed it as it is; nil where the change may have changed nothing.
        var isGood: Bool? {
            switch self {
            case .good: true
            case .changedCharacter, .rearranged: nil
            default: false
            }
        }
    }

    struct Token {
        let kind: Kind
        let text: String
    }

    private let algorithm: SigningAlgorithm
    private let secret: SecretBytes
    private let otherSecret: SecretBytes
    private var random: SeededRandom
    /// What the mutations start from.
    private var signed: [StrictToken] = []
    private var otherKeys: [StrictToken] = []

    init(_ algorithm: SigningAlgorithm, seed: UInt64) throws {
        self.algorithm = algorithm
        random = SeededRandom(seed: seed)
        secret = try TestKeys.secret(algorithm)
        otherSecret = try Self.otherSecret(algorithm)
        for _ in 0..<8 { signed.append(try StrictToken(Array(make(secret, algorithm).utf8))) }
        for _ in 0..<4 { otherKeys.append(try StrictToken(Array(make(otherSecret, algorithm).utf8))) }
    }

    private static func otherSecret(_ algorithm: SigningAlgorithm) throws -> SecretBytes {
        guard algorithm.family == .hmac else { return try KeyPair.privatePEM(for: algorithm, rsaBits: 2048) }
        // The same but for one bit.
        var bytes = TestKeys.bytes(try TestKeys.secret(algorithm))
        bytes[bytes.count - 1] ^= 1
        guard let secret = SecretBytes(bytes) else { throw TestKeys.Missing() }
        return secret
    }

    mutating func token(_ kind: Kind) throws -> Token {
        let base = signed[random.next(below: signed.count)]
        let text =
            switch kind {
            case .good: try make(secret, algorithm)
            case .flippedBit: signing(base, flippingBit(of: base.signature))
            case .changedCharacter: changingCharacter(of: base)
            case .changedMember: try changingMember(of: base)
            case .rearranged: signing(base, rearranging(base.signature))
            case .otherTokensSignature: otherTokensSignature()
            case .wrongLength: signing(base, wrongLength(base.signature))
            case .randomSignature: signing(base, base.signature.map { _ in UInt8.random(in: 0...255, using: &random) })
            case .extremeSignature: signing(base, extremeSignature(base.signature.count))
            case .otherKey: String(decoding: otherKeys[random.next(below: otherKeys.count)].bytes, as: UTF8.self)
            case .otherHash: signing(base, try otherHash(base))
            }
        return Token(kind: kind, text: text)
    }

    // MARK: Signed

    /// A signed token of random content that libjwt's JSON library can hold: no U+0000, no integer beyond 64 bits.
    private mutating func make(_ secret: SecretBytes, _ algorithm: SigningAlgorithm) throws -> String {
        var header: JSONObject = ["alg": .string(algorithm.rawValue)]
        if Bool.random(using: &random) { header["typ"] = "JWT" }
        let kid = text()
        if !kid.isEmpty { header["kid"] = .string(kid) }
        if Bool.random(using: &random) { header["x-" + text()] = value(depth: 0) }
        var claims: JSONObject = ["sub": .string(text())]
        for number in 0..<random.next(below: 6) { claims["c\(number)" + text()] = value(depth: 0) }
        return try TestSignature.compact(
            header: JSONValue.object(header).serialized, claims: JSONValue.object(claims).serialized, secret: secret, algorithm: algorithm)
    }

    private mutating func text() -> String {
        let letters = Array("abcXYZ019 ._-:/\\\"'<>&{}[],\n\t\u{1}\u{7F}éßΩ漢🙂e\u{301}\u{202E}\u{FEFF}\u{FFFF}")
        return String((0..<random.next(below: 24)).map { _ in letters[random.next(below: letters.count)] })
    }

    private mutating func value(depth: Int) -> JSONValue {
        switch random.next(below: depth < 3 ? 8 : 6) {
        case 0: return .null
        case 1: return .bool(Bool.random(using: &random))
        case 2: return .integer(Int64(bitPattern: random.next()))
        case 3: return .number(Double.random(in: -1e300...1e300, using: &random))
        case 4: return .number(1 / Double.random(in: 1...1e9, using: &random))
        case 5: return .string(text())
        case 6:
            var elements: [JSONValue] = []
            for _ in 0..<random.next(below: 4) { elements.append(value(depth: depth + 1)) }
            return .array(elements)
        default:
            var object = JSONObject()
            for _ in 0..<random.next(below: 4) { object[text()] = value(depth: depth + 1) }
            return .object(object)
        }
    }

    // MARK: Mutated

    private func signing(_ token: StrictToken, _ signature: [UInt8]) -> String {
        String(decoding: token.signingInput, as: UTF8.self) + "." + Base64.url.encode(signature)
    }

    private mutating func flippingBit(of signature: [UInt8]) -> [UInt8] {
        var signature = signature
        signature[random.next(below: signature.count)] ^= 1 << UInt8(random.next(below: 8))
        return signature
    }

    /// Any character but a dot: most of those that survive the front end are the signature's.
    private mutating func changingCharacter(of token: StrictToken) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
        var bytes = token.bytes
        let start = Bool.random(using: &random) ? token.signingInputCount + 1 : 0
        let place = start + random.next(below: bytes.count - start)
        if bytes[place] != UInt8(ascii: ".") { bytes[place] = alphabet[random.next(below: alphabet.count)] }
        return String(decoding: bytes, as: UTF8.self)
    }

    private mutating func changingMember(of token: StrictToken) throws -> String {
        var (header, claims) = (token.header, token.claims)
        if Bool.random(using: &random) { header["added"] = value(depth: 2) } else { claims["sub"] = .string("root-" + text()) }
        let parts = [header, claims].map { Base64.url.encode(Array(JSONValue.object($0).serialized.utf8)) }
        return parts.joined(separator: ".") + "." + Base64.url.encode(token.signature)
    }

    private mutating func rearranging(_ signature: [UInt8]) -> [UInt8] {
        let half = signature.count / 2
        switch random.next(below: 4) {
        case 0: return Array(signature.suffix(from: half)) + Array(signature.prefix(half))
        case 1: return signature.reversed()
        case 2:
            let cut = random.next(below: signature.count)
            return Array(signature.dropFirst(cut)) + Array(signature.prefix(cut))
        default:
            // ECDSA's other signature of the same message, which is good; nonsense to the others.
            guard algorithm.family == .ecdsa else { return signature.map { ~$0 } }
            let s = Magnitude.difference(Magnitude.order(algorithm), Array(signature.suffix(half)))
            return Array(signature.prefix(half)) + s
        }
    }

    private mutating func otherTokensSignature() -> String {
        let first = random.next(below: signed.count)
        let second = (first + 1 + random.next(below: signed.count - 1)) % signed.count
        return signing(signed[first], signed[second].signature)
    }

    private mutating func wrongLength(_ signature: [UInt8]) -> [UInt8] {
        switch random.next(below: 4) {
        case 0: return Array(signature.prefix(1 + random.next(below: signature.count - 1)))
        case 1: return [0] + signature
        case 2: return signature + [UInt8](repeating: 0, count: 1 + random.next(below: 64))
        default: return signature + signature
        }
    }

    // MARK: Made up

    /// The smallest and the largest numbers, and those about the order of the group, as r and s, as an RSA number or as a code.
    private mutating func extremeSignature(_ count: Int) -> [UInt8] {
        let size = algorithm.family == .ecdsa ? count / 2 : count
        let zero = [UInt8](repeating: 0, count: size)
        let one = Array(zero.dropLast()) + [1]
        var numbers = [zero, one, Array(zero.dropLast()) + [2], [UInt8](repeating: 0xFF, count: size), [1] + Array(zero.dropLast())]
        if algorithm.family == .ecdsa {
            let order = Magnitude.order(algorithm)
            numbers += [order, Magnitude.difference(order, one), Magnitude.sum(order, one) ?? order]
        }
        var signature: [UInt8] = []
        while signature.count < count { signature += numbers[random.next(below: numbers.count)] }
        return signature
    }

    /// By the issuer's key, for another algorithm of it; a curve serves one algorithm only, so there it is another key's.
    private mutating func otherHash(_ token: StrictToken) throws -> [UInt8] {
        guard algorithm.family != .ecdsa else {
            return try TestSignature.sign(Array(token.signingInput), secret: otherSecret, algorithm: algorithm)
        }
        let isRSA = algorithm.family == .rsaPKCS1
        let others = SigningAlgorithm.allCases.filter {
            $0 != algorithm && ($0.family == algorithm.family || isRSA && $0.family == .rsaPSS)
        }
        let other = others[random.next(below: others.count)]
        return try TestSignature.sign(Array(token.signingInput), secret: secret, algorithm: other)
    }
}

extension SeededRandom {
    /// A number from 0 to `bound` - 1; 0 if there is none.
    fileprivate mutating func next(below bound: Int) -> Int { bound > 0 ? Int.random(in: 0..<bound, using: &self) : 0 }
}
