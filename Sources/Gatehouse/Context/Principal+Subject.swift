package import GatehousePolicy

extension Principal {
    /// The principal that rules and handlers share: what the policies read out of the verified token.
    convenience init(_ subject: Subject, expires: Double?) {
        self.init(
            issuer: subject.issuer, iss: subject.iss, subject: subject.sub, roles: subject.roles.words, scopes: subject.scopes.words,
            claims: subject.claims ?? .null, expires: expires)
    }
}

extension Subject.Claimed<[String]> {
    /// The words, none if the claim is missing or of the wrong type.
    package var words: [String] {
        if case .value(let words) = self { words } else { [] }
    }
}

extension Principal {
    /// The same person as the rules of a bundle see him; `nil` if that bundle does not know the issuer.
    package func subject(from address: String, origin: String?, transport: TransportName, seenBy bundle: PolicyBundle) -> Subject? {
        let address = IPAddress(address)
        guard let iss, let subject else { return Subject(anonymousFrom: address, origin: origin, transport: transport) }
        return Subject(
            issuer: issuer ?? "", iss: iss, sub: subject, claims: claims, ip: address, origin: origin, transport: transport,
            settings: bundle.global
        ).seen(by: bundle)
    }
}
