package import GatehouseJSON

/// A token taken apart for a person to look at. Nothing of it is trusted: no key is used, and no decision may depend on it.
package struct TokenInspection: Sendable {
    package let header: JSONObject
    package let claims: JSONObject
    package let signatureBytes: Int
    /// One line for each date among the claims, such as `exp 2027-01-15T08:00:00Z, in 4 min 10 s`.
    package let times: [String]

    /// - Throws: a `TokenRefusal` if the token does not even have the form of one.
    package init(_ text: String, now: Double) throws(TokenRefusal) {
        guard text.utf8.count <= StrictToken.maximumBytes else { throw TokenRefusal(.tooLarge) }
        let token = try StrictToken(Array(text.utf8))
        header = token.header
        claims = token.claims
        signatureBytes = token.signature.count
        times = ["auth_time", "iat", "nbf", "exp"].compactMap { name in
            guard let value = token.claims[name] else { return nil }
            guard let seconds = NumericDate.seconds(value), let time = EpochText.utc(seconds),
                let distance = EpochText.distance(from: now, to: seconds)
            else { return "\(name) is not a date" }
            return "\(name) \(time), \(distance)"
        }
    }
}
