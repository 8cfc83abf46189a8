/// The parts of a token that revocation needs. Each session keeps them, so that a revocation finds it long after its token was verified.
package struct TokenIdentity: Sendable, Equatable {
    package let iss: String
    package let sub: String
    /// A token without one cannot be named by it.
    package let jti: String?
    /// When the token was issued, in seconds since 1970. A token without `iat` counts as older than any date.
    package let iat: Double?

    package init(iss: String, sub: String, jti: String?, iat: Double?) {
        self.iss = iss
        self.sub = sub
        self.jti = jti
        self.iat = iat
    }

    /// Whether the token was issued before an instant in seconds since 1970.
    package func isIssued(before instant: Int64) -> Bool {
        // Written so that a date which is not a number is old.
        guard let iat, iat >= Double(instant) else { return true }
        return false
    }
}

extension VerifiedToken {
    package var identity: TokenIdentity { TokenIdentity(iss: iss, sub: sub, jti: jti, iat: iat) }
}
