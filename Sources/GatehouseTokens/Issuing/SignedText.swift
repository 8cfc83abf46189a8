internal import CJWT
internal import GatehouseJSON

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Writes a token: header and claims in, the signed compact form out.
///
/// libjwt writes it wherever it can. Its 1.10 line replaces whatever `typ` it is given by `JWT`, and knows neither RSA-PSS nor EdDSA; a
/// token of another type, such as RFC 9068's `at+jwt`, or of those algorithms is written here and signed by libcrypto.
enum SignedText {
    static func make(typ: String, kid: String?, claims: JSONObject, key: SigningKey) throws(TokenKeyError) -> String {
        if isWrittenByLibjwt(typ: typ, algorithm: key.algorithm) {
            return try byLibjwt(kid: kid, claims: claims, key: key)
        }
        var header: JSONObject = ["alg": .string(key.algorithm.rawValue), "typ": .string(typ)]
        if let kid { header["kid"] = .string(kid) }
        let parts = [header, claims].map { Base64.url.encode(Array(JSONValue.object($0).serialized.utf8)) }
        let input = parts.joined(separator: ".")
        guard let signature = key.signature(over: Array(input.utf8)) else {
            throw TokenKeyError(.library, "libcrypto did not sign with \(key.algorithm.rawValue)")
        }
        return input + "." + Base64.url.encode(signature)
    }

    static func isWrittenByLibjwt(typ: String, algorithm: SigningAlgorithm) -> Bool {
        algorithm.libjwt != nil && typ.utf8.elementsEqual("JWT".utf8)
    }

    private static func byLibjwt(kid: String?, claims: JSONObject, key: SigningKey) throws(TokenKeyError) -> String {
        guard let algorithm = key.algorithm.libjwt, let keyLength = Int32(exactly: key.secret.count), keyLength > 0 else {
            throw TokenKeyError(.unsupported, "libjwt does not sign \(key.algorithm.rawValue)")
        }
        var header: JSONObject = [:]
        if let kid { header["kid"] = .string(kid) }
        let text = OpenSSLErrorQueue.isolated { () -> String? in
            var made: OpaquePointer?
            guard unsafe jwt_new(&made) == 0, let token = unsafe LibjwtToken(owning: made) else { return nil }
            let hasHeader = unsafe header.isEmpty || jwt_add_headers_json(token.pointer, JSONValue.object(header).serialized) == 0
            let hasClaims = unsafe jwt_add_grants_json(token.pointer, JSONValue.object(claims).serialized) == 0
            // libjwt keeps a copy of the key and wipes it in jwt_free.
            let hasKey = unsafe key.secret.withBytes { unsafe jwt_set_alg(token.pointer, algorithm, $0.baseAddress, keyLength) == 0 }
            guard hasHeader, hasClaims, hasKey, unsafe jwt_get_alg(token.pointer) == algorithm else { return nil }
            guard let encoded = unsafe jwt_encode_str(token.pointer) else { return nil }
            defer { unsafe free(encoded) }
            return unsafe String(cString: encoded)
        }
        guard let text else {
            throw TokenKeyError(.library, "libjwt made no token: the claims may hold what its JSON library refuses, such as U+0000")
        }
        return text
    }
}
