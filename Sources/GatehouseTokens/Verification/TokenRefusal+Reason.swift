extension TokenRefusal {
    /// The failing check. Its `name` is stable: audit queries and metrics use it.
    package enum Reason: Sendable, Equatable, Hashable {
        case tooLarge
        /// Not three parts, not strict base64url, not strict JSON, not JSON objects.
        case malformed(Malformation)
        case header(HeaderMember)
        case algorithmMismatch
        case unknownIssuer
        case unknownKey
        case signatureLength
        case badSignature
        case type
        case typeMissing
        case tokenKind
        case audience
        case missingClaim(String)
        case wrongClaimType(String)
        case claimValue(String)
        case notYetValid
        case issuedInFuture
        case authenticatedInFuture
        case lifetime
        case senderConstrained
        case expired
        case revoked

        package enum Malformation: String, Sendable {
            case parts
            case base64
            case json
        }

        package enum HeaderMember: String, Sendable {
            case alg, kid, typ, crit, b64
        }

        package var name: String {
            switch self {
            case .tooLarge: "too_large"
            case .malformed(let what): "malformed:\(what.rawValue)"
            case .header(let member): "header:\(member.rawValue)"
            case .algorithmMismatch: "alg_mismatch"
            case .unknownIssuer: "unknown_issuer"
            case .unknownKey: "unknown_key"
            case .signatureLength: "signature_length"
            case .badSignature: "bad_signature"
            case .type: "typ"
            case .typeMissing: "typ_missing"
            case .tokenKind: "token_kind"
            case .audience: "aud"
            case .missingClaim(let claim): "missing_claim:\(claim)"
            case .wrongClaimType(let claim): "claim_type:\(claim)"
            case .claimValue(let claim): "claim_value:\(claim)"
            case .notYetValid: "nbf"
            case .issuedInFuture: "iat"
            case .authenticatedInFuture: "auth_time"
            case .lifetime: "lifetime"
            case .senderConstrained: "cnf"
            case .expired: "expired"
            case .revoked: "revoked"
            }
        }

        package var message: String {
            switch self {
            case .tooLarge: "the token is larger than 8 KiB"
            case .malformed(.parts): "the token is not three non-empty parts"
            case .malformed(.base64): "a part is not base64url without padding, or has bits left over"
            case .malformed(.json): "header or claims are not one strict JSON object (RFC 8259, no duplicate member)"
            case .header(let member): "the header's \(member.rawValue) is missing, of the wrong type or not allowed"
            case .algorithmMismatch: "the header's alg is not the one its key is pinned to"
            case .unknownIssuer: "no configured issuer has this iss"
            case .unknownKey: "the issuer has no key of this kid, or the token names none and there are several"
            case .signatureLength: "the signature is not of the length its key makes"
            case .badSignature: "the signature does not verify"
            case .type: "the header's typ is not in the issuer's typ list"
            case .typeMissing: "the header has no typ, and the issuer has no 'typ_missing: allow'"
            case .tokenKind: "this is an ID token, a logout token or a security event, not an access token"
            case .audience: "aud does not name us: none of it is in the issuer's audience"
            case .missingClaim(let claim): "the claim \(claim) is missing"
            case .wrongClaimType(let claim): "the claim \(claim) is of the wrong type or out of range"
            case .claimValue(let claim): "the claim \(claim) has none of the values that the issuer's require_values names"
            case .notYetValid: "nbf lies in the future"
            case .issuedInFuture: "iat lies in the future"
            case .authenticatedInFuture: "auth_time lies in the future"
            case .lifetime: "the token lives longer than the issuer's max_lifetime"
            case .senderConstrained: "the token is bound to a key (cnf), which is not supported"
            case .expired: "the token has expired"
            case .revoked: "the token has been revoked"
            }
        }
    }
}
