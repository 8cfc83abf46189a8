/// The revocations in force: an immutable value, asked in constant time on every CONNECT and `auth.refresh`, and replaced as one reference.
/// Its times are the caller's.
///
/// Bounded: at ``capacity`` entries it refuses another one, since to forget one would let a revoked token in again. Names have 512 bytes at
/// most, as in tokens, so a full list holds some 120 MiB at worst, and about 25 MiB with names of usual length.
package struct RevocationList: Sendable {
    /// Most entries.
    package static let capacity = 100_000

    /// What the list says about a token.
    package enum Verdict: Sendable, Equatable {
        case good
        case revoked
        /// Good until an instant in milliseconds since 1970, unless a token comes that was issued at `issuedSince` (seconds) or later.
        case reauthenticate(by: Int64, issuedSince: Int64)
    }

    private let capacity: Int
    private var entries: [RevocationKey: Revocation] = [:]

    package init() { self.init(capacity: Self.capacity) }

    init(capacity: Int) { self.capacity = capacity }

    package var count: Int { entries.count }
    package var isFull: Bool { entries.count >= capacity }
    /// In no order.
    package var revocations: some Collection<Revocation> { entries.values }

    package func verdict(on token: TokenIdentity, now: Int64) -> Verdict {
        guard !entries.isEmpty else { return .good }
        if let jti = token.jti, inForce(.token, token.iss, jti, now) != nil { return .revoked }
        if case .user(_, _, let instant)? = inForce(.user, token.iss, token.sub, now), token.isIssued(before: instant) { return .revoked }
        if case .reauthentication(_, _, let instant, let by)? = inForce(.reauthentication, token.iss, token.sub, now),
            token.isIssued(before: instant)
        {
            return .reauthenticate(by: by, issuedSince: instant)
        }
        return .good
    }

    private func inForce(_ kind: RevocationKey.Kind, _ iss: String, _ name: String, _ now: Int64) -> Revocation.Subject? {
        guard let entry = entries[RevocationKey(kind, iss, name)], entry.until > now else { return nil }
        return entry.subject
    }

    /// The entries that are new or stronger once `revocation` is in the list: itself, merged with what is there under its name, and what a
    /// request to authenticate anew leaves behind when another one comes after its time.
    package func changes(by revocation: Revocation, now: Int64) -> [Revocation] {
        guard let earlier = entries[RevocationKey(revocation.subject)] else { return [revocation] }
        guard let lapsed = earlier.lapsed(at: now) else { return [revocation.following(earlier)] }
        guard lapsed.until > now else { return [revocation] }
        let known = entries[RevocationKey(lapsed.subject)]
        return [known.map { lapsed.following($0) } ?? lapsed, revocation]
    }

    /// The list with one more entry, or a stronger one of the same token or user.
    /// - Parameter now: milliseconds since 1970.
    package func adding(_ revocation: Revocation, now: Int64) throws(RevocationError) -> RevocationList {
        var list = self
        for change in changes(by: revocation, now: now) { try list.insert(change) }
        return list
    }

    /// Puts an entry in as it is, instead of one under the same name: for what is read back from where it is kept.
    package mutating func insert(_ revocation: Revocation) throws(RevocationError) {
        let key = RevocationKey(revocation.subject)
        guard (1...512).contains(key.iss.utf8.count), (1...512).contains(key.name.utf8.count) else {
            throw RevocationError(.invalid, "iss, sub and jti have 1 to 512 bytes")
        }
        guard !isFull || entries[key] != nil else {
            throw RevocationError(
                .full,
                "\(capacity) revocations are in force and there is no room for another: shorten max_lifetime, or replace the issuer's key")
        }
        entries[key] = revocation
    }

    /// The list without what has ended, and what that was.
    package func removingEnded(at now: Int64) -> (list: RevocationList, ended: [Revocation]) {
        let ended = entries.values.filter { $0.until <= now }
        guard !ended.isEmpty else { return (self, []) }
        var list = self
        for entry in ended { list.entries[RevocationKey(entry.subject)] = nil }
        return (list, ended)
    }
}
