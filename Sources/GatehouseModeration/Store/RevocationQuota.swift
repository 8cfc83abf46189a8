import GatehouseTokens

/// How the room for revocations is shared, so that nobody takes all of it: names of tokens and users can be invented, and a full list would
/// keep others from revoking. A value; the store guards it.
///
/// - Half of the room is for admins, whatever moderators do.
/// - A fifth is for revocations by user: one of them replaces any number by token.
/// - No actor has more than its own share of either kind.
struct RevocationQuota: Sendable {
    struct Shares: Sendable {
        /// All revocations by actors who are not admins.
        var moderators = RevocationList.capacity / 2
        /// All together, by token.
        var tokens = RevocationList.capacity / 5 * 4
        /// Of each kind, of one actor.
        var moderator = 1_000
        var admin = RevocationList.capacity / 5
    }

    private enum Kind: Hashable { case token, user }

    private struct Share: Hashable {
        let owner: Revocation.Owner
        let kind: Kind
    }

    private let shares: Shares
    private var taken: [Share: Int] = [:]
    private var tokens = 0
    private var byModerators = 0

    init(_ revocations: some Sequence<Revocation> = [], shares: Shares = Shares()) {
        self.shares = shares
        for revocation in revocations { count(revocation, 1) }
    }

    /// Whether the owner's share and the common room can take a revocation of a new name.
    func hasRoom(for revocation: Revocation) -> Bool { refusal(of: revocation) == nil }

    /// - Throws: if there is no room; nothing is taken then.
    mutating func take(_ revocation: Revocation) throws(RevocationError) {
        if let refusal = refusal(of: revocation) { throw refusal }
        count(revocation, 1)
    }

    mutating func giveBack(_ revocation: Revocation) { count(revocation, -1) }

    private func refusal(of revocation: Revocation) -> RevocationError? {
        let kind = Self.kind(revocation)
        if kind == .token, tokens >= shares.tokens {
            return RevocationError(.full, "\(tokens) tokens are revoked one by one, and the rest of the room is for users: revoke by user")
        }
        guard let owner = revocation.owner else { return nil }
        let (own, limit) = (taken[Share(owner: owner, kind: kind)] ?? 0, owner.isAdmin ? shares.admin : shares.moderator)
        guard own < limit else {
            let advice = kind == .token ? "revoke by user, or ask somebody else of the staff" : "ask somebody else of the staff"
            return RevocationError(.full, "\(own) revocations of yours are in force, and nobody has more: \(advice)")
        }
        if !owner.isAdmin, byModerators >= shares.moderators {
            return RevocationError(.full, "the room that is left for revocations is for admins: ask one")
        }
        return nil
    }

    private mutating func count(_ revocation: Revocation, _ change: Int) {
        let kind = Self.kind(revocation)
        if kind == .token { tokens += change }
        guard let owner = revocation.owner else { return }
        if !owner.isAdmin { byModerators += change }
        let share = Share(owner: owner, kind: kind)
        let left = (taken[share] ?? 0) + change
        taken[share] = left > 0 ? left : nil
    }

    private static func kind(_ revocation: Revocation) -> Kind {
        if case .token = revocation.subject { .token } else { .user }
    }
}
