internal import COpenSSL
internal import GatehouseJSON

/// Issues access tokens (RFC 9068), through libjwt where it can write them (see `SignedText`). Any thread may use it.
package struct TokenIssuer: Sendable {
    package let key: SigningKey
    package let iss: String
    package let audience: [String]
    package let typ: String

    /// - Parameter audience: who the tokens are for; empty for tokens without `aud`.
    /// - Throws: a `TokenKeyError` if `iss` or a name in `audience` is empty.
    package init(key: SigningKey, iss: String, audience: [String], typ: String = "at+jwt") throws(TokenKeyError) {
        guard !iss.isEmpty else { throw TokenKeyError(.configuration, "an issuer's iss is not empty") }
        guard !audience.contains("") else {
            throw TokenKeyError(.configuration, "an audience is not empty: name the service that the token is for")
        }
        self.key = key
        self.iss = iss
        self.audience = audience
        self.typ = typ
    }

    /// Makes a token at the time `now`, in seconds since the epoch. It has passed the verifier's own front end and signature check, so
    /// that a token which we would refuse for its form is never handed out.
    package func issue(_ request: TokenRequest, now: Int64) throws(TokenKeyError) -> IssuedToken {
        let jti = try randomIdentifier()
        let (exp, overflow) = now.addingReportingOverflow(request.lifetime)
        guard request.lifetime > 0, !overflow else { throw TokenKeyError(.configuration, "a token's lifetime is more than 0 seconds") }
        let claims = try claims(request, jti: jti, iat: now, exp: exp)
        let text = try SignedText.make(typ: typ, kid: key.kid, claims: claims, key: key)
        do throws(TokenRefusal) {
            let token = try StrictToken(Array(text.utf8))
            guard token.algorithm == key.algorithm, token.signature.count == key.verificationKey.signatureLength,
                key.verificationKey.verifies(token)
            else { throw TokenRefusal(.badSignature) }
        } catch {
            throw TokenKeyError(.library, "the token just made would be refused: \(error.message)", cause: error)
        }
        return IssuedToken(text: text, jti: jti, exp: exp)
    }

    private func claims(_ request: TokenRequest, jti: String, iat: Int64, exp: Int64) throws(TokenKeyError) -> JSONObject {
        guard !request.subject.isEmpty, !request.clientID.isEmpty else {
            throw TokenKeyError(.configuration, "a token needs a subject and a client id")
        }
        var claims: JSONObject = [
            "iss": .string(iss), "sub": .string(request.subject), "client_id": .string(request.clientID), "jti": .string(jti),
            "iat": .integer(iat), "exp": .integer(exp),
        ]
        if !audience.isEmpty { claims["aud"] = .array(audience.map { .string($0) }) }
        if audience.count == 1, let only = audience.first { claims["aud"] = .string(only) }
        if let authTime = request.authTime { claims["auth_time"] = .integer(authTime) }
        if let amr = request.amr { claims["amr"] = .array(amr.map { .string($0) }) }
        for (name, value) in request.claims.members {
            guard claims[name] == nil else {
                throw TokenKeyError(.configuration, "the claim \(name) is set by the issuer and cannot be given twice")
            }
            claims[name] = value
        }
        return claims
    }

    /// 128 bits from the CSPRNG.
    private func randomIdentifier() throws(TokenKeyError) -> String {
        var bytes = [UInt8](repeating: 0, count: 16)
        let made = OpenSSLErrorQueue.isolated {
            unsafe bytes.withUnsafeMutableBufferPointer { unsafe RAND_bytes($0.baseAddress, Int32(clamping: $0.count)) }
        }
        guard made == 1 else { throw TokenKeyError(.library, "the system gives no random numbers") }
        return Base64.url.encode(bytes)
    }
}
