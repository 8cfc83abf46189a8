/// Tokens that are no longer good although their signature is and their time has not come.
package struct Revocation: Sendable, Equatable {
    /// Which tokens.
    package enum Subject: Sendable, Equatable {
        /// The one of this name.
        case token(iss: String, jti: String)
        /// All of a user that were issued before an instant, in seconds since 1970.
        case user(iss: String, sub: String, issuedBefore: Int64)
        /// As `user`, but good until `by`, in milliseconds since 1970: so long the user has to come with a newer one.
        case reauthentication(iss: String, sub: String, issuedBefore: Int64, by: Int64)
    }

    package var subject: Subject
    /// From when on it has no effect, in milliseconds since 1970: by then the tokens it means have ended.
    package var until: Int64

    package init(_ subject: Subject, until: Int64) {
        self.subject = subject
        self.until = until
    }

    /// What it becomes behind an earlier one of the same token or user: never less. Of two requests to authenticate anew whose time runs,
    /// the shorter holds for both: no token that was to end gets more time.
    func following(_ earlier: Revocation) -> Revocation {
        var merged = self
        merged.until = max(until, earlier.until)
        switch (subject, earlier.subject) {
        case (.user(let iss, let sub, let instant), .user(_, _, let other)):
            merged.subject = .user(iss: iss, sub: sub, issuedBefore: max(instant, other))
        case (.reauthentication(let iss, let sub, let instant, let by), .reauthentication(_, _, let other, let limit)):
            merged.subject = .reauthentication(iss: iss, sub: sub, issuedBefore: max(instant, other), by: min(by, limit))
        default: break
        }
        return merged
    }

    /// What a request to authenticate anew is once its time is over: the tokens it meant have ended for good. `nil` for all else.
    func lapsed(at now: Int64) -> Revocation? {
        guard case .reauthentication(let iss, let sub, let instant, let by) = subject, by <= now else { return nil }
        return Revocation(.user(iss: iss, sub: sub, issuedBefore: instant), until: until)
    }
}

/// Under which name a revocation is found. Texts are compared byte by byte: what looks the same to a reader may be another user (SEC-15).
struct RevocationKey: Sendable, Hashable {
    enum Kind: UInt8 { case token, user, reauthentication }

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
