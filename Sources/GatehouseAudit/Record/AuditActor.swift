package import GatehouseNetwork

/// Who acted, encoded once and shared by all records of a session.
///
/// Make it when a connection opens (address only) and again when its token is verified; keep it beside the session. Copies share storage.
package struct AuditActor: Sendable {
    /// The JSON members between the braces of `actor`, without and with configured claims.
    let members: [UInt8]
    let membersWithClaims: [UInt8]
    /// The key under which repeats are counted: the user if known, else the address key (SEC-42).
    let foldSubject: String
    /// Whether that is a user.
    let isUser: Bool
    /// The address key; nil for an actor without an address.
    let address: AddressKey?

    /// - Parameters:
    ///   - tokenID: the `jti`; written only as a keyed hash, and only when there is a key.
    ///   - sessionID: the Engine.IO `sid`; as `tokenID`.
    ///   - roles: at most 16 are written, each cut at 64 bytes.
    ///   - claims: configured claims, written as keyed hashes in events of level `full`.
    ///   - key: without it `tokenID`, `sessionID` and `claims` are left out.
    package init(
        issuer: String? = nil, subject: String? = nil, client: String? = nil, tokenID: String? = nil, sessionID: String? = nil,
        roles: [String] = [], ip: ClientAddress? = nil, port: UInt16? = nil, origin: String? = nil, transport: String? = nil,
        claims: [(name: String, value: AuditScalar)] = [], key: AuditKey? = nil
    ) {
        var members = MemberWriter()
        members.text("iss", issuer)
        members.text("sub", subject)
        members.text("client", client)
        if let tokenID, let key { members.text("jti_h", key.pseudonym(of: tokenID, as: "jti")) }
        if let sessionID, let key { members.text("sid_h", key.pseudonym(of: sessionID, as: "sid")) }
        if !roles.isEmpty { members.texts("roles", roles, limit: 16, each: 64) }
        members.text("ip", ip?.description, limit: 64)
        members.number("port", port)
        members.text("origin", origin)
        members.text("transport", transport, limit: 32)
        var withClaims = members
        if let key, !claims.isEmpty {
            var hashed = MemberWriter()
            for claim in claims.prefix(8) { hashed.text(claim.name, key.pseudonym(of: claim.value, as: claim.name)) }
            withClaims.object("claims", hashed.finished())
        }
        self.members = members.finished()
        self.membersWithClaims = withClaims.finished()
        isUser = subject != nil
        address = ip?.key
        if let subject {
            self.foldSubject = "\(issuer ?? "")\u{1F}\(subject)"
        } else {
            self.foldSubject = ip?.key.description ?? ""
        }
    }
}
