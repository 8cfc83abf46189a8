package import GatehouseNetwork
package import GatehousePolicy

extension Principal {
    /// The principal that rules and handlers share: what the policies read out of the verified token.
    convenience init(_ subject: Subject, expires: Double?) {
        self.init(
            issuer: subject.issuer, iss: subject.iss, subject: subject.sub, roles: subject.roles.words, scopes: subject.scopes.words,
            claims: subject.claims ?? .null, expires: expires, hasUnreadableRoles: subject.roles.isInvalid,
            hasUnreadableScopes: subject.scopes.isInvalid)
    }
}

extension Subject.Claimed<[String]> {
    /// Whether the claim is of the wrong type.
    var isInvalid: Bool {
        if case .invalid = self { true } else { false }
    }

    /// The words, none if the claim is missing or of the wrong type.
    package var words: [String] {
        if case .value(let words) = self { words } else { [] }
    }
}

extension Principal {
    /// The same user as a subject of a bundle's rules; `nil` if that bundle does not know the issuer.
    package func subject(
        from address: ClientAddress, origin: RequestOrigin, transport: TransportName, seenBy bundle: PolicyBundle
    ) -> Subject? {
        guard let iss, let subject else { return Subject(anonymousFrom: address.ip, origin: origin, transport: transport) }
        return Subject(
            issuer: issuer ?? "", iss: iss, sub: subject, claims: claims, ip: address.ip, origin: origin, transport: transport,
            settings: bundle.global
        ).seen(by: bundle)
    }
}
