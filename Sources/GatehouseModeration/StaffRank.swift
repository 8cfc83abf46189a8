package import Gatehouse

/// How high staff stand (MOD-20): an actor never acts on a subject of equal or higher rank, himself included.
package enum StaffRank: Int, Sendable, Comparable {
    case none = 0
    case viewer = 1
    case moderator = 2
    case admin = 3

    /// The roles that have a rank, the highest first. Any other role has none, whatever the policies allow it.
    package static let roles: [(name: String, rank: StaffRank)] = [("admin", .admin), ("moderator", .moderator), ("viewer", .viewer)]

    /// The highest staff role in a verified token.
    package init(_ principal: Principal) {
        self = Self.roles.first { principal.has(role: $0.name) }?.rank ?? .none
    }

    package static func < (left: StaffRank, right: StaffRank) -> Bool { left.rawValue < right.rawValue }
}
