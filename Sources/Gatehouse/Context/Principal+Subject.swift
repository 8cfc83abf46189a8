import GatehousePolicy

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
    fileprivate var words: [String] {
        if case .value(let words) = self { words } else { [] }
    }
}
