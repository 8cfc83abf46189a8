import Gatehouse

/// The rank of staff (MOD-20): an actor never acts on a subject of equal or higher rank, nor on itself.
package enum StaffRank: Int, Sendable, Comparable {
    case none = 0
    case viewer = 1
    case moderator = 2
    case admin = 3

    /// The roles with a rank, the highest first. Other roles have none, whatever the policies allow them.
    package static let roles: [(name: String, rank: StaffRank)] = [("admin", .admin), ("moderator", .moderator), ("viewer", .viewer)]

    /// The highest staff role in a verified token. Any issuer may write such a role; ``StaffRanks`` decides whether it counts.
    init(roleOf principal: Principal) {
        self = Self.roles.first { principal.has(role: $0.name) }?.rank ?? .none
    }

    package static func < (left: StaffRank, right: StaffRank) -> Bool { left.rawValue < right.rawValue }
}
