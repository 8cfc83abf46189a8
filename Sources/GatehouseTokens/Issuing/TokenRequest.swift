package import GatehouseJSON

/// The contents of a token to be issued.
package struct TokenRequest: Sendable {
    package var subject: String
    package var clientID: String
    /// Seconds from issue to expiry.
    package var lifetime: Int64
    /// The time of the user's authentication, seconds since the epoch.
    package var authTime: Int64?
    /// The methods of that authentication (RFC 8176).
    package var amr: [String]?
    /// Further claims, such as roles and scopes. They may not name a claim that the issuer sets itself.
    package var claims: JSONObject

    package init(
        subject: String, clientID: String, lifetime: Int64 = 3600, authTime: Int64? = nil, amr: [String]? = nil, claims: JSONObject = [:]
    ) {
        self.subject = subject
        self.clientID = clientID
        self.lifetime = lifetime
        self.authTime = authTime
        self.amr = amr
        self.claims = claims
    }
}
