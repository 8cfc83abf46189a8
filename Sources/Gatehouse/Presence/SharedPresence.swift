import SocketIO

/// Who is in the rooms of all nodes, as each node tells of its own users. Each change is told once for a user: one who is in a room by two
/// nodes has come when the first, and left when the last of them says so. Bounded in what others may claim.
struct SharedPresence {
    typealias Place = PresenceChanges.Place

    /// How many places of users in rooms other nodes may claim.
    static let limit = 200_000

    /// By which nodes a user is there; this one has no name.
    private var rooms: [Place: [UserID: Set<String>]] = [:]
    /// Places of users in rooms that other nodes have.
    private(set) var others = 0
    /// The nodes that were heard of.
    private(set) var nodes: Set<String> = []

    /// A node says who has come and who has left.
    /// - Parameter node: `nil` for this one.
    /// - Returns: who has come and who has left for all.
    mutating func change(_ place: Place, by node: String?, joined: [UserID], left: [UserID]) -> (joined: [UserID], left: [UserID]) {
        let node = node ?? ""
        var users = rooms[place] ?? [:]
        var told: (joined: [UserID], left: [UserID]) = ([], [])
        if !node.isEmpty { nodes.insert(node) }
        for user in joined {
            guard node.isEmpty || others < Self.limit else { break }
            if users[user] == nil { told.joined.append(user) }
            if users[user, default: []].insert(node).inserted, !node.isEmpty { others += 1 }
        }
        for user in left where users[user]?.remove(node) != nil {
            if !node.isEmpty { others -= 1 }
            guard users[user]?.isEmpty == true else { continue }
            users[user] = nil
            told.left.append(user)
        }
        rooms[place] = users.isEmpty ? nil : users
        return told
    }

    /// A node is not there any more.
    /// - Returns: who has left for all.
    mutating func forget(_ node: String) -> [(place: Place, left: [UserID])] {
        guard nodes.remove(node) != nil else { return [] }
        var told: [(place: Place, left: [UserID])] = []
        for (place, users) in rooms {
            let meant = users.filter { $1.contains(node) }.map(\.key)
            guard !meant.isEmpty else { continue }
            let (_, left) = change(place, by: node, joined: [], left: meant)
            if !left.isEmpty { told.append((place, left)) }
        }
        nodes.remove(node)
        return told
    }

    /// Who is in the rooms of this node.
    var own: [(place: Place, users: [UserID])] {
        rooms.compactMap { place, users in
            let own = users.filter { $1.contains("") }.map(\.key)
            return own.isEmpty ? nil : (place, own)
        }
    }
}
