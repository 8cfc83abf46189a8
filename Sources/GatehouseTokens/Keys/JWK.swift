internal import GatehouseJSON

/// One member of a JWK Set, turned into a verification key (RFC 7517; RFC 7518, section 6; RFC 8037).
enum JWK {
    /// The key of `object`.
    /// - Parameter algorithms: the issuer's. A JWK without `alg` is pinned to the single one of them that fits it.
    /// - Throws: `contradictoryKey` or `forgedKey` for a key that would be used and must not be; anything else for one that cannot be used.
    static func verificationKey(
        _ object: JSONObject, algorithms: [SigningAlgorithm], isDevelopment: Bool
    ) throws(TokenKeyError) -> VerificationKey {
        try checkUse(object)
        let kid = try text(object, "kid")
        let type = try KeyType(object)
        let algorithm = try pinned(object, type, algorithms)
        let isDevelopment = isDevelopment || object[KeyText.developmentMember] != nil
        if type == .octets {
            guard let secret = SecretBytes(try bytes(object, "k")) else { throw TokenKeyError(.weakKey, "the secret k is empty") }
            return try VerificationKey(secret: secret, algorithm: algorithm, kid: kid, isDevelopment: isDevelopment)
        }
        return try VerificationKey(
            publicKey: publicKey(object, type), algorithm: algorithm, kid: kid, isDevelopment: isDevelopment)
    }

    /// Whether the JWK holds something that must not be read by others.
    static func isSecret(_ object: JSONObject) -> Bool {
        privateMembers.contains { object[$0] != nil }
    }

    /// The JWK's own name, even if other members are wrong.
    static func kid(of object: JSONObject) -> String? {
        if case .string(let text)? = object["kid"] { text } else { nil }
    }

    /// RFC 7518, 6.2.2, 6.3.2 and 6.4; RFC 8037, 2. Each of an RSA key's private numbers reveals the others.
    private static let privateMembers = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"]

    /// What `kty` and `crv` say, for the kinds that sign.
    private enum KeyType: Equatable {
        case octets, rsa
        case elliptic(EllipticCurve)
        case ed25519, ed448

        init(_ object: JSONObject) throws(TokenKeyError) {
            switch try JWK.text(object, "kty") {
            case "oct": self = .octets
            case "RSA": self = .rsa
            case "EC":
                guard let curve = try JWK.text(object, "crv").flatMap(EllipticCurve.init(rawValue:)) else {
                    throw TokenKeyError(.algorithmMismatch, "the crv of the EC key is neither P-256, P-384 nor P-521")
                }
                self = .elliptic(curve)
            case "OKP":
                switch try JWK.text(object, "crv") {
                case "Ed25519": self = .ed25519
                case "Ed448": self = .ed448
                default: throw TokenKeyError(.algorithmMismatch, "the crv of the OKP key is neither Ed25519 nor Ed448")
                }
            default: throw TokenKeyError(.algorithmMismatch, "the kty of the key is neither RSA, EC, OKP nor oct")
            }
        }

        func fits(_ algorithm: SigningAlgorithm) -> Bool {
            switch self {
            case .octets: algorithm.family == .hmac
            case .rsa: algorithm.family == .rsaPKCS1 || algorithm.family == .rsaPSS
            case .elliptic(let curve): algorithm.curve == curve
            case .ed25519, .ed448: algorithm == .edDSA
            }
        }
    }

    private static func checkUse(_ object: JSONObject) throws(TokenKeyError) {
        if let use = object["use"], use != "sig" { throw TokenKeyError(.otherUse, "use is not sig, so the key is not for signatures") }
        guard let operations = object["key_ops"] else { return }
        guard case .array(let names) = operations, names.contains("verify") || names.contains("sign") else {
            throw TokenKeyError(.otherUse, "key_ops has neither verify nor sign, so the key is not for signatures")
        }
    }

    /// The one algorithm of the issuer's that the key serves (SEC-08).
    private static func pinned(
        _ object: JSONObject, _ type: KeyType, _ algorithms: [SigningAlgorithm]
    ) throws(TokenKeyError) -> SigningAlgorithm {
        if let name = try text(object, "alg") {
            guard let algorithm = algorithms.first(where: { $0.rawValue.utf8.elementsEqual(name.utf8) }) else {
                throw TokenKeyError(.algorithmMismatch, "alg is not among the issuer's algorithms")
            }
            guard type.fits(algorithm) else {
                throw TokenKeyError(.contradictoryKey, "alg is \(algorithm.rawValue), and kty and crv are those of another kind of key")
            }
            return algorithm
        }
        let fitting = algorithms.filter(type.fits)
        guard let algorithm = fitting.first else {
            throw TokenKeyError(.algorithmMismatch, "no algorithm of the issuer's is for a key of this kty and crv")
        }
        guard fitting.count == 1 else {
            throw TokenKeyError(
                .configuration, "the key has no alg, and several algorithms of the issuer's fit it: add alg, or configure one algorithm")
        }
        return algorithm
    }

    private static func publicKey(_ object: JSONObject, _ type: KeyType) throws(TokenKeyError) -> PublicKey {
        switch type {
        case .octets: throw TokenKeyError(.contradictoryKey, "a shared secret is no public key")
        case .rsa:
            let modulus = try bytes(object, "n")
            let exponent = try bytes(object, "e")
            // Checked before libcrypto sees them: it would work on absurd sizes before the strength check could refuse them.
            guard modulus.count <= 1024, exponent.count <= 8 else {
                throw TokenKeyError(.weakKey, "the RSA key's n or e is larger than 8192 or 64 bits")
            }
            return try PublicKey(der: SubjectPublicKeyInfo.rsa(modulus: modulus, exponent: exponent))
        case .elliptic(let curve):
            let x = try bytes(object, "x")
            let y = try bytes(object, "y")
            guard x.count == curve.coordinateBytes, y.count == curve.coordinateBytes else {
                throw TokenKeyError(.malformedKey, "x and y of a \(curve.rawValue) key are \(curve.coordinateBytes) bytes each")
            }
            do {
                return try PublicKey(der: SubjectPublicKeyInfo.elliptic(curve, x: x, y: y))
            } catch {
                // libcrypto reads no point that is not on the curve.
                throw TokenKeyError(.forgedKey, "the EC key is not a point of \(curve.rawValue)", cause: error)
            }
        case .ed25519:
            return try PublicKey(der: SubjectPublicKeyInfo.ed25519(bytes(object, "x", count: 32)))
        case .ed448:
            return try PublicKey(der: SubjectPublicKeyInfo.ed448(bytes(object, "x", count: 57)))
        }
    }

    private static func text(_ object: JSONObject, _ name: String) throws(TokenKeyError) -> String? {
        guard let value = object[name] else { return nil }
        guard case .string(let text) = value else { throw TokenKeyError(.malformedKey, "\(name) of a JWK is a string") }
        return text
    }

    private static func bytes(_ object: JSONObject, _ name: String, count: Int? = nil) throws(TokenKeyError) -> [UInt8] {
        guard let text = try text(object, name), let bytes = Base64.url.decode(text.utf8) else {
            throw TokenKeyError(.malformedKey, "\(name) is missing from a JWK or is not base64url without padding")
        }
        guard count == nil || bytes.count == count else {
            throw TokenKeyError(.malformedKey, "\(name) of a key on this curve is \(count ?? 0) bytes")
        }
        return bytes
    }
}
