internal import GatehouseJSON

/// One member of a JWK Set, turned into a verification key (RFC 7517; RFC 7518, section 6; RFC 8037).
enum JWK {
    /// The key of `object`, or nil if it is not for verifying signatures (`use: enc`, or `key_ops` without `verify` and `sign`).
    /// `algorithms` are the issuer's; a JWK without `alg` is pinned to the single one of them that fits it, and refused if none or several do.
    static func verificationKey(
        _ object: JSONObject, algorithms: [SigningAlgorithm], isDevelopment: Bool
    ) throws(TokenKeyError) -> VerificationKey? {
        guard isForSignatures(object) else { return nil }
        let kid = try text(object, "kid")
        let isDevelopment = isDevelopment || object[KeyText.developmentMember] != nil
        guard let type = try text(object, "kty") else { throw TokenKeyError(.malformedKey, "a JWK needs a kty") }
        if type == "oct" {
            let algorithm = try pinned(object, algorithms) { $0.family == .hmac }
            guard let secret = SecretBytes(try bytes(object, "k")) else { throw TokenKeyError(.weakKey, "the secret k is empty") }
            return try VerificationKey(secret: secret, algorithm: algorithm, kid: kid, isDevelopment: isDevelopment)
        }
        let key = try publicKey(object, type: type)
        let algorithm = try pinned(object, algorithms) { key.fits($0) }
        return try VerificationKey(publicKey: key, algorithm: algorithm, kid: kid, isDevelopment: isDevelopment)
    }

    /// Whether the JWK holds something that must not be read by others.
    static func isSecret(_ object: JSONObject) -> Bool {
        privateMembers.contains { object[$0] != nil }
    }

    /// RFC 7518, 6.2.2, 6.3.2 and 6.4; RFC 8037, 2. Of an RSA key each of them alone gives the others away.
    private static let privateMembers = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"]

    private static func isForSignatures(_ object: JSONObject) -> Bool {
        if case .string(let use)? = object["use"], use != "sig" { return false }
        guard case .array(let operations)? = object["key_ops"] else { return true }
        return operations.contains(.string("verify")) || operations.contains(.string("sign"))
    }

    private static func publicKey(_ object: JSONObject, type: String) throws(TokenKeyError) -> PublicKey {
        switch type {
        case "RSA":
            let modulus = try bytes(object, "n")
            let exponent = try bytes(object, "e")
            // Checked before libcrypto sees them: it would work on absurd sizes before the strength check could refuse them.
            guard modulus.count <= 1024, exponent.count <= 8 else {
                throw TokenKeyError(.weakKey, "the RSA key's n or e is larger than 8192 or 64 bits")
            }
            return try PublicKey(der: SubjectPublicKeyInfo.rsa(modulus: modulus, exponent: exponent))
        case "EC":
            guard let name = try text(object, "crv"), let curve = EllipticCurve(rawValue: name) else {
                throw TokenKeyError(.algorithmMismatch, "crv of an EC key is P-256, P-384 or P-521")
            }
            let x = try bytes(object, "x")
            let y = try bytes(object, "y")
            guard x.count == curve.coordinateBytes, y.count == curve.coordinateBytes else {
                throw TokenKeyError(.malformedKey, "x and y of a \(curve.rawValue) key are \(curve.coordinateBytes) bytes each")
            }
            return try PublicKey(der: SubjectPublicKeyInfo.elliptic(curve, x: x, y: y))
        case "OKP":
            let point = try bytes(object, "x")
            switch try text(object, "crv") {
            case "Ed25519" where point.count == 32: return try PublicKey(der: SubjectPublicKeyInfo.ed25519(point))
            case "Ed448" where point.count == 57: return try PublicKey(der: SubjectPublicKeyInfo.ed448(point))
            default: throw TokenKeyError(.algorithmMismatch, "an OKP key is Ed25519 (x of 32 bytes) or Ed448 (x of 57 bytes)")
            }
        default:
            throw TokenKeyError(.algorithmMismatch, "kty is RSA, EC, OKP or oct")
        }
    }

    private static func pinned(
        _ object: JSONObject, _ algorithms: [SigningAlgorithm], where fits: (SigningAlgorithm) -> Bool
    ) throws(TokenKeyError) -> SigningAlgorithm {
        if let name = try text(object, "alg") {
            guard let algorithm = SigningAlgorithm(rawValue: name) else {
                throw TokenKeyError(.algorithmMismatch, "alg is not a signature algorithm we know: set use to enc, or take the key out")
            }
            return algorithm
        }
        let fitting = algorithms.filter(fits)
        guard fitting.count == 1, let algorithm = fitting.first else {
            throw TokenKeyError(
                .algorithmMismatch,
                "the JWK has no alg, and not exactly one of the issuer's algorithms fits it: add alg to the key, or configure one algorithm"
            )
        }
        return algorithm
    }

    private static func text(_ object: JSONObject, _ name: String) throws(TokenKeyError) -> String? {
        guard let value = object[name] else { return nil }
        guard case .string(let text) = value else { throw TokenKeyError(.malformedKey, "\(name) of a JWK is a string") }
        return text
    }

    private static func bytes(_ object: JSONObject, _ name: String) throws(TokenKeyError) -> [UInt8] {
        guard let text = try text(object, name), let bytes = Base64URL.decode(text.utf8) else {
            throw TokenKeyError(.malformedKey, "\(name) is missing from a JWK or is not base64url without padding")
        }
        return bytes
    }
}
