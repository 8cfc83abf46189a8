import GatehouseJSON
import SocketIO

/// Clients counted by their users.
struct PresenceCount {
    private var users: [UserID: (connections: Int, since: Int64)] = [:]
    private(set) var anonymous = 0

    /// - Parameter since: milliseconds since 1970.
    mutating func add(_ user: UserID?, since: Int64) {
        guard let user else { return anonymous += 1 }
        let known = users[user]
        users[user] = ((known?.connections ?? 0) + 1, min(known?.since ?? since, since))
    }

    mutating func add(_ other: PresenceCount) {
        for (user, found) in other.users {
            let known = users[user]
            users[user] = ((known?.connections ?? 0) + found.connections, min(known?.since ?? found.since, found.since))
        }
        anonymous += other.anonymous
    }

    var all: [PresentUser] {
        users.map { user, found in
            PresentUser(user: user, connections: found.connections, since: Instant(milliseconds: found.since))
        }.sorted { $0.user.isBefore($1.user) }
    }
}

extension UserID {
    /// The order of issuer and subject, byte by byte.
    func isBefore(_ other: UserID) -> Bool { description.utf8.lexicographicallyPrecedes(other.description.utf8) }
}
