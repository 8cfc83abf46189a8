/// Why a token was not accepted. The code is what a client may learn; the reason is for the audit log and for `gatehouse token verify`.
/// Neither repeats the token, except for names of members that the rules themselves name.
package struct TokenRefusal: Error, Sendable, Equatable, CustomStringConvertible {
    /// What the client is told.
    package enum Code: String, Sendable {
        case unauthorized
        /// Only for a token that is valid otherwise, so that a forger learns nothing.
        case tokenExpired = "token_expired"
        case tokenRevoked = "token_revoked"
    }

    package let code: Code
    package let reason: Reason
    /// The configured name of the issuer, once one was found.
    package let issuer: String?

    init(_ reason: Reason, issuer: String? = nil) {
        code =
            switch reason {
            case .expired: .tokenExpired
            case .revoked: .tokenRevoked
            default: .unauthorized
            }
        self.reason = reason
        self.issuer = issuer
    }

    package var message: String { reason.message }

    package var description: String {
        "\(code.rawValue) (\(reason.name))\(issuer.map { ", issuer \($0)" } ?? ""): \(reason.message)"
    }
}
