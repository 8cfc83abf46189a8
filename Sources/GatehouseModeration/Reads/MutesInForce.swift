import Gatehouse

/// The mutes in force for some users at one instant: found in one walk over all mutes, however many users are asked about.
struct MutesInForce: Sendable {
    /// The most mutes that are shown of one user.
    private static let shown = 16

    private let mutes: [UserID: [Mute]]

    /// - Parameter now: milliseconds since 1970.
    init(of users: Set<UserID>, in restrictions: RestrictionSet, now: Int64) {
        guard !users.isEmpty else {
            mutes = [:]
            return
        }
        mutes = Dictionary(
            grouping: restrictions.mutes.lazy.filter { $0.ends > now && users.contains($0.place.user) }, by: \.place.user)
    }

    /// Adds what holds for a user to an item about him: `muted`, and where and until when.
    func mark(_ item: inout JSONObject, of user: UserID?) {
        let own = user.flatMap { mutes[$0] } ?? []
        item["muted"] = .bool(!own.isEmpty)
        guard !own.isEmpty else { return }
        item["mutes"] = .array(own.prefix(Self.shown).map { .object($0.summary) })
        if own.count > Self.shown { item["more_mutes"] = .integer(Int64(own.count - Self.shown)) }
    }
}

extension Mute {
    /// The mute as staff see it.
    fileprivate var summary: JSONObject {
        var summary: JSONObject = ["until": .integer(ends)]
        summary["ns"] = place.namespace.map { .string($0.name) }
        summary["room"] = place.room.map { .string($0) }
        if isShadow { summary["shadow"] = true }
        return summary
    }
}
