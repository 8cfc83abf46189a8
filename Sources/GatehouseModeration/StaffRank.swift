package import Gatehouse

/// How high staff stand (MOD-20): an actor never acts on a subject of equal or higher rank, himself included.
package enum StaffRank: Int, Sendable, Comparable {
    case none = 0
    case viewer = 1
    case moderator = 2
    case admin = 3

    /// The highest staff role in a verified token.
    package init(_ principal: Principal) {
        if principal.has(role: "admin") {
            self = .admin
        } else if principal.has(role: "moderator") {
            self = .moderator
        } else if principal.has(role: "viewer") {
            self = .viewer
        } else {
            self = .none
        }
    }

    package static func < (left: StaffRank, right: StaffRank) -> Bool { left.rawValue < right.rawValue }
}
