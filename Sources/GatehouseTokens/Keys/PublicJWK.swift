internal import COpenSSL
package import GatehouseJSON

extension VerificationKey {
    /// The public key as a JWK with `use`, `alg` and `kid`. An HMAC secret has no public form.
    package func publicJWK() throws(TokenKeyError) -> JSONObject {
        guard case .publicKey(let key) = material else {
            throw TokenKeyError(.unsupported, "a shared secret is not published")
        }
        var jwk = JSONObject(members: try key.requiredMembers().map { ($0.name, .string($0.value)) })
        jwk["use"] = "sig"
        jwk["alg"] = .string(algorithm.rawValue)
        if let kid { jwk["kid"] = .string(kid) }
        if isDevelopment { jwk[KeyText.developmentMember] = true }
        return jwk
    }

    /// The key's thumbprint (RFC 7638, SHA-256), which names a key by what it is.
    package func thumbprint() throws(TokenKeyError) -> String {
        guard case .publicKey(let key) = material else {
            throw TokenKeyError(.unsupported, "the thumbprint of a secret would help to guess it")
        }
        return try key.thumbprint()
    }
}

extension PublicKey {
    /// The members that identify the key, in the order of their names (RFC 7638, 3.2).
    func requiredMembers() throws(TokenKeyError) -> [(name: String, value: String)] {
        func number(_ name: String, _ width: Int?) throws(TokenKeyError) -> String {
            guard let bytes = integer(named: name, width: width) else { throw TokenKeyError(.library, "libcrypto does not tell \(name)") }
            return Base64.url.encode(bytes)
        }
        switch kind {
        case .rsa:
            return [("e", try number(OSSL_PKEY_PARAM_RSA_E, nil)), ("kty", "RSA"), ("n", try number(OSSL_PKEY_PARAM_RSA_N, nil))]
        case .elliptic(let curve):
            let x = try number(OSSL_PKEY_PARAM_EC_PUB_X, curve.coordinateBytes)
            let y = try number(OSSL_PKEY_PARAM_EC_PUB_Y, curve.coordinateBytes)
            return [("crv", curve.rawValue), ("kty", "EC"), ("x", x), ("y", y)]
        case .ed25519, .ed448:
            guard let point = edwardsPoint() else { throw TokenKeyError(.library, "libcrypto does not tell the public key") }
            return [("crv", kind.name), ("kty", "OKP"), ("x", Base64.url.encode(point))]
        }
    }

    func thumbprint() throws(TokenKeyError) -> String {
        let members = JSONObject(members: try requiredMembers().map { ($0.name, .string($0.value)) })
        guard let hash = MessageDigest.sha256.hash(Array(JSONValue.object(members).serialized.utf8)) else {
            throw TokenKeyError(.library, "libcrypto cannot hash")
        }
        return Base64.url.encode(hash)
    }
}
