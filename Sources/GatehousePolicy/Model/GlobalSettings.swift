package import GatehouseJSON
package import GatehouseNetwork

/// What `_global.yaml` says besides its rules.
package struct GlobalSettings: Sendable, Equatable {
    package var issuers: [IssuerPolicy] = []
    /// Where the roles are, for issuers that do not say it themselves: an array of texts, or one text with spaces between.
    package var rolesClaim: JSONPointer?
    /// Where the scopes are, for issuers that do not say it themselves: in the same forms.
    package var scopesClaim: JSONPointer?
    package var connections = ConnectionCaps()
    package var ipConnects: RateLimit? = .addressConnects
    package var ipFailedAuth: RateLimit?
    package var failedAuthPenalty = FailedAuthPenalty()
    /// Connections of an address that end with a broken protocol; beyond, it opens no session until the debt is repaid. Generous, since an
    /// address may be an office with one broken client in it.
    package var ipMalformed = RateLimit(count: 60, period: 60_000_000_000, burst: 120)
    /// Peers whose `forwardedField` is believed.
    package var trustedProxies: [CIDR] = []
    package var forwardedField = ForwardedField.xForwardedFor

    package init() {}
}

/// `limits.connections` of the node.
package struct ConnectionCaps: Sendable, Equatable {
    package var node: Int?
    package var perIP: Int?
    package var perUser: Int?
    package var unauthenticated: Int?
}

extension GlobalSettings {
    /// Where the tokens of an issuer have their roles.
    package func rolesClaim(of issuer: String) -> JSONPointer? { self.issuer(named: issuer)?.rolesClaim ?? rolesClaim }

    /// Where the tokens of an issuer have their scopes.
    package func scopesClaim(of issuer: String) -> JSONPointer? { self.issuer(named: issuer)?.scopesClaim ?? scopesClaim }

    private func issuer(named name: String) -> IssuerPolicy? { issuers.first { $0.name == name } }
}
