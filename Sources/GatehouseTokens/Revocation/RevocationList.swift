/// Revocations as a value that answers in constant time what holds for a token. The caller passes the time in. Those in force are in
/// ``CurrentRevocations``.
///
/// Bounded: at ``capacity`` entries it refuses another one, since to forget one would let a revoked token in again. Names have 512 bytes at
/// most, as in tokens, so a full list holds some 120 MiB at worst, and about 25 MiB with names of usual length.
package struct RevocationList: Sendable {
    /// Most entries.
    package static let capacity = 100_000

    /// The answer for a token.
    package enum Verdict: Sendable, Equatable {
        case good
        case revoked
        /// Good until an instant in milliseconds since 1970, unless a token comes that was issued at `issuedSince` (seconds) or later.
        case reauthenticate(by: Int64, issuedSince: Int64)
    }

    let capacity: Int
    private var entries: [RevocationKey: Revocation] = [:]

    package init() { self.init(capacity: Self.capacity) }

    init(capacity: Int) { self.capacity = capacity }

    package var count: Int { entries.count }
    package var isFull: Bool { entries.count >= capacity }
    /// In no order.
    package var revocations: some Collection<Revocation> { entries.values }

    package func verdict(on token: TokenIdentity, now: Int64) -> Verdict {
        if let jti = token.jti, revokes(jti: jti, of: token.iss, now: now) { return .revoked }
        if revokesAll(before: token, now: now) { return .revoked }
        return verdict(onUserOf: token, now: now)
    }

    func revokes(jti: String, of iss: String, now: Int64) -> Bool {
        !entries.isEmpty && inForce(.token, iss, jti, now) != nil
    }

    /// Whether all tokens of its issuer as old as this one are revoked.
    func revokesAll(before token: TokenIdentity, now: Int64) -> Bool {
        guard !entries.isEmpty, case .issuer(_, let instant)? = inForce(.issuer, token.iss, token.iss, now) else { return false }
        return token.isIssued(before: instant)
    }

    /// The answer for a token by its user alone.
    func verdict(onUserOf token: TokenIdentity, now: Int64) -> Verdict {
        guard !entries.isEmpty else { return .good }
        if case .user(_, _, let instant)? = inForce(.user, token.iss, token.sub, now), token.isIssued(before: instant) { return .revoked }
        if case .reauthentication(_, _, let instant, let by)? = inForce(.reauthentication, token.iss, token.sub, now),
            token.isIssued(before: instant)
        {
            return .reauthenticate(by: by, issuedSince: instant)
        }
        return .good
    }

    /// Whether there is an entry with the name of a revocation.
    func contains(_ revocation: Revocation) -> Bool { entries[RevocationKey(revocation.subject)] != nil }

    private func inForce(_ kind: RevocationKey.Kind, _ iss: String, _ name: String, _ now: Int64) -> Revocation.Subject? {
        guard let entry = entries[RevocationKey(kind, iss, name)], entry.until > now else { return nil }
        return entry.subject
    }

    /// The entries that are new or stronger once `revocation` is in the list: itself, merged with the entry of its name, and the revocation
    /// that an overdue request to authenticate anew becomes when another request replaces it.
    package func changes(by revocation: Revocation, now: Int64) -> [Revocation] {
        guard let earlier = entries[RevocationKey(revocation.subject)] else { return [revocation] }
        guard var lapsed = earlier.lapsed(at: now) else { return [revocation.following(earlier)] }
        // An existing name keeps its owner, and a new name counts for the actor who adds it.
        lapsed.owner = revocation.owner
        var next = revocation
        next.owner = earlier.owner
        guard lapsed.until > now else { return [next] }
        let known = entries[RevocationKey(lapsed.subject)]
        return [known.map { lapsed.following($0) } ?? lapsed, next]
    }

    /// The list with one more entry, or a stronger one of the same token or user.
    /// - Parameter now: milliseconds since 1970.
    package func adding(_ revocation: Revocation, now: Int64) throws(RevocationError) -> RevocationList {
        var list = self
        for change in changes(by: revocation, now: now) { try list.insert(change) }
        return list
    }

    /// Inserts or replaces an entry unchanged, as when it is read back from the store.
    package mutating func insert(_ revocation: Revocation) throws(RevocationError) {
        let key = RevocationKey(revocation.subject)
        try key.check()
        guard !isFull || entries[key] != nil else { throw .full(capacity) }
        entries[key] = revocation
    }

    /// Removes ended entries.
    /// - Returns: the removed entries.
    package mutating func removeEnded(at now: Int64) -> [Revocation] {
        let ended = entries.values.filter { $0.until <= now }
        for entry in ended { entries[RevocationKey(entry.subject)] = nil }
        return ended
    }
}

extension RevocationKey {
    /// Throws for names that no token can hold.
    func check() throws(RevocationError) {
        guard (1...512).contains(iss.utf8.count), (1...512).contains(name.utf8.count) else {
            throw RevocationError(.invalid, "iss, sub and jti have 1 to 512 bytes")
        }
    }
}

extension RevocationError {
    static func full(_ capacity: Int) -> Self {
        Self(
            .full,
            "\(capacity) revocations are in force and there is no room for another: shorten max_lifetime, or replace the issuer's key")
    }
}
