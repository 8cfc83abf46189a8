internal import CJWT

extension SigningAlgorithm {
    /// libjwt's name of the algorithm; nil for what its 1.10 line cannot do (RSA-PSS, EdDSA).
    var libjwt: jwt_alg_t? {
        switch self {
        case .hs256: JWT_ALG_HS256
        case .hs384: JWT_ALG_HS384
        case .hs512: JWT_ALG_HS512
        case .rs256: JWT_ALG_RS256
        case .rs384: JWT_ALG_RS384
        case .rs512: JWT_ALG_RS512
        case .es256: JWT_ALG_ES256
        case .es384: JWT_ALG_ES384
        case .es512: JWT_ALG_ES512
        case .ps256, .ps384, .ps512, .edDSA: nil
        }
    }
}
