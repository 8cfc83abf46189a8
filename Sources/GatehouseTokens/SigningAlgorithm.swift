/// A JWS signature algorithm (RFC 7518, section 3; RFC 8037). The raw value is its registered name, compared byte for byte.
///
/// `none` is deliberately not a case: a token that names it names an unknown algorithm.
package enum SigningAlgorithm: String, Sendable, Hashable, CaseIterable {
    case hs256 = "HS256"
    case hs384 = "HS384"
    case hs512 = "HS512"
    case rs256 = "RS256"
    case rs384 = "RS384"
    case rs512 = "RS512"
    case ps256 = "PS256"
    case ps384 = "PS384"
    case ps512 = "PS512"
    case es256 = "ES256"
    case es384 = "ES384"
    case es512 = "ES512"
    case edDSA = "EdDSA"

    /// An issuer has algorithms of one family only (SEC-08), so that a key can never be used as a key of another kind.
    package enum Family: String, Sendable, Hashable {
        case hmac = "HS"
        case rsaPKCS1 = "RS"
        case rsaPSS = "PS"
        case ecdsa = "ES"
        case edwards = "EdDSA"
    }

    package var family: Family {
        switch self {
        case .hs256, .hs384, .hs512: .hmac
        case .rs256, .rs384, .rs512: .rsaPKCS1
        case .ps256, .ps384, .ps512: .rsaPSS
        case .es256, .es384, .es512: .ecdsa
        case .edDSA: .edwards
        }
    }

    /// Bytes of the digest, which for the HMAC family is both the least key size (RFC 7518, 3.2) and the signature length.
    package var digestBytes: Int {
        switch self {
        case .hs256, .rs256, .ps256, .es256: 32
        case .hs384, .rs384, .ps384, .es384: 48
        case .hs512, .rs512, .ps512, .es512, .edDSA: 64
        }
    }

    /// The curve an ECDSA algorithm is bound to (RFC 7518, 3.4); nil for the other families.
    var curve: EllipticCurve? {
        switch self {
        case .es256: .p256
        case .es384: .p384
        case .es512: .p521
        default: nil
        }
    }

    var digest: MessageDigest {
        switch digestBytes {
        case 32: .sha256
        case 48: .sha384
        default: .sha512
        }
    }
}
