/// Tokens that are no longer accepted although their signature is valid and they have not expired.
package struct Revocation: Sendable, Equatable {
    /// The tokens that it concerns.
    package enum Subject: Sendable, Equatable {
        /// The token with this `jti`.
        case token(iss: String, jti: String)
        /// All of a user that were issued before an instant, in seconds since 1970.
        case user(iss: String, sub: String, issuedBefore: Int64)
        /// As `user`, but accepted until `by`, in milliseconds since 1970: until then the user can present a newer token.
        case reauthentication(iss: String, sub: String, issuedBefore: Int64, by: Int64)
        /// All of an issuer that were issued before an instant, in seconds since 1970.
        case issuer(iss: String, issuedBefore: Int64)
    }

    /// The staff member who asked for it, whose share of the list it uses.
    package struct Owner: Sendable, Hashable {
        package let iss: String
        package let sub: String
        package let isAdmin: Bool

        package init(iss: String, sub: String, isAdmin: Bool) {
            self.iss = iss
            self.sub = sub
            self.isAdmin = isAdmin
        }
    }

    package var subject: Subject
    /// When it ends, in milliseconds since 1970: by then the tokens it concerns have expired.
    package var until: Int64
    /// `nil` for one from a time when this was not noted.
    package var owner: Owner?

    package init(_ subject: Subject, until: Int64, owner: Owner? = nil) {
        self.subject = subject
        self.until = until
        self.owner = owner
    }

    /// The merge with an earlier entry of the same token or user: never weaker, and with the same owner. Of two requests to authenticate
    /// anew whose time runs, the shorter holds for both: no token that was to end gets more time.
    func following(_ earlier: Revocation) -> Revocation {
        var merged = self
        merged.until = max(until, earlier.until)
        merged.owner = earlier.owner
        switch (subject, earlier.subject) {
        case (.user(let iss, let sub, let instant), .user(_, _, let other)):
            merged.subject = .user(iss: iss, sub: sub, issuedBefore: max(instant, other))
        case (.reauthentication(let iss, let sub, let instant, let by), .reauthentication(_, _, let other, let limit)):
            merged.subject = .reauthentication(iss: iss, sub: sub, issuedBefore: max(instant, other), by: min(by, limit))
        case (.issuer(let iss, let instant), .issuer(_, let other)):
            merged.subject = .issuer(iss: iss, issuedBefore: max(instant, other))
        default: break
        }
        return merged
    }

    /// The revocation that a request to authenticate anew becomes once its time is over. `nil` for other kinds.
    func lapsed(at now: Int64) -> Revocation? {
        guard case .reauthentication(let iss, let sub, let instant, let by) = subject, by <= now else { return nil }
        return Revocation(.user(iss: iss, sub: sub, issuedBefore: instant), until: until, owner: owner)
    }
}

/// The name under which a revocation is found. Texts are compared byte by byte: what looks the same to a reader may be another user
/// (SEC-15).
struct RevocationKey: Sendable, Hashable {
    enum Kind: UInt8 { case token, user, reauthentication, issuer }

    let kind: Kind
    let iss: String
    let name: String

    init(_ kind: Kind, _ iss: String, _ name: String) {
        self.kind = kind
        self.iss = iss
        self.name = name
    }

    init(_ subject: Revocation.Subject) {
        switch subject {
        case .token(let iss, let jti): self.init(.token, iss, jti)
        case .user(let iss, let sub, _): self.init(.user, iss, sub)
        case .reauthentication(let iss, let sub, _, _): self.init(.reauthentication, iss, sub)
        // An entry for all has no name of its own.
        case .issuer(let iss, _): self.init(.issuer, iss, iss)
        }
    }

    static func == (left: RevocationKey, right: RevocationKey) -> Bool {
        left.kind == right.kind && left.name.utf8.elementsEqual(right.name.utf8) && left.iss.utf8.elementsEqual(right.iss.utf8)
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(kind)
        // Canonically equivalent texts have one hash, and are told apart by `==`.
        hasher.combine(iss)
        hasher.combine(name)
    }
}
