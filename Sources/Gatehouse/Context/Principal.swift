public import GatehouseJSON

/// The identity behind a connection, from a verified token: issuer and subject (SEC-15), with roles, scopes and claims. Immutable; a
/// refreshed token makes a new one.
public final class Principal: Sendable, CustomStringConvertible {
    /// The name that the policies give the issuer, such as `corp`; `nil` for an anonymous client.
    public let issuer: String?
    /// The token's `iss`, exactly as it stands there.
    public let iss: String?
    /// The token's `sub`. Unique only together with ``issuer``.
    public let subject: String?
    /// From the claim that `claims.roles` of the policies points at.
    public let roles: [String]
    /// From the claim that `claims.scopes` of the policies points at.
    public let scopes: [String]
    /// All claims of the token.
    public let claims: JSONValue
    /// When the token ends, in seconds since 1970.
    public let expires: Double?
    /// Whether the claim with the roles is unreadable: ``roles`` is empty then, and means nothing.
    let hasUnreadableRoles: Bool
    /// Whether the claim with the scopes is unreadable: ``scopes`` is empty then, and means nothing.
    let hasUnreadableScopes: Bool

    package init(
        issuer: String?, iss: String?, subject: String?, roles: [String], scopes: [String], claims: JSONValue, expires: Double?,
        hasUnreadableRoles: Bool = false, hasUnreadableScopes: Bool = false
    ) {
        self.issuer = issuer
        self.iss = iss
        self.subject = subject
        self.roles = roles
        self.scopes = scopes
        self.claims = claims
        self.expires = expires
        self.hasUnreadableRoles = hasUnreadableRoles
        self.hasUnreadableScopes = hasUnreadableScopes
    }

    /// Whether there is no token behind this connection.
    public var isAnonymous: Bool { subject == nil }

    /// Whether the token carries a role.
    public func has(role: String) -> Bool { roles.contains(role) }

    /// Issuer and subject, for a log; no claim.
    public var description: String { isAnonymous ? "anonymous" : "\(issuer ?? "?"):\(subject ?? "?")" }
}
