import NIOCore
import SocketIO

/// Who came to rooms and who left, told for each user and not for each connection (PRE-01): a user who is back within the grace time has not
/// left. Bounded by the memberships of clients, and by those of the last seconds.
struct PresenceChanges {
    struct Place: Hashable {
        let namespace: Namespace
        let room: String
    }

    /// What is told of one room at a time.
    struct Report {
        let definition: NamespaceDefinition
        let room: String
        let joined: [UserID]
        let left: [UserID]
    }

    private struct Member {
        var connections = 0
        /// Whether others were told that the user is there.
        var isTold = false
        /// When the user has left, unless one connection is back before.
        var leaves: NIODeadline?
    }

    private struct Room {
        let definition: NamespaceDefinition
        var members: [UserID: Member] = [:]
        /// Users of whom something may have to be told.
        var changed: Set<UserID> = []
        var due: NIODeadline?
    }

    /// A leave is told after this time.
    static let grace: TimeAmount = .seconds(5)
    /// Changes of this time are told together.
    static let pause: TimeAmount = .seconds(1)
    /// How many users one report names.
    static let reportLimit = 200

    private var rooms: [Place: Room] = [:]

    var isEmpty: Bool { rooms.isEmpty }

    /// A client of a user has come.
    /// - Returns: when to ask ``take(at:)``; `nil` if nothing is to be told.
    mutating func joined(_ user: UserID, _ room: String, of definition: NamespaceDefinition, at now: NIODeadline) -> NIODeadline? {
        let place = Place(namespace: definition.namespace, room: room)
        var found = rooms[place] ?? Room(definition: definition)
        var member = found.members[user] ?? Member()
        member.connections += 1
        member.leaves = nil
        found.members[user] = member
        if !member.isTold {
            found.changed.insert(user)
            found.due = min(found.due ?? .distantFuture, now + Self.pause)
        }
        rooms[place] = found
        return member.isTold ? nil : found.due
    }

    /// A client of a user has left.
    mutating func left(_ user: UserID, _ room: String, of definition: NamespaceDefinition, at now: NIODeadline) -> NIODeadline? {
        let place = Place(namespace: definition.namespace, room: room)
        guard var found = rooms[place], var member = found.members[user], member.connections > 0 else { return nil }
        member.connections -= 1
        let isLast = member.connections == 0
        if isLast {
            member.leaves = now + Self.grace
            found.changed.insert(user)
            found.due = min(found.due ?? .distantFuture, now + Self.grace)
        }
        found.members[user] = member
        rooms[place] = found
        return isLast ? found.due : nil
    }

    /// What is to be told now.
    /// - Returns: the reports, and when to ask again; `nil` for not before something happens.
    mutating func take(at now: NIODeadline) -> (reports: [Report], next: NIODeadline?) {
        var reports: [Report] = []
        var next: NIODeadline?
        for (place, found) in rooms where found.due != nil {
            var room = found
            if let due = room.due, due <= now, let report = Self.report(of: &room, place.room, at: now) { reports.append(report) }
            if let due = room.due { next = min(next ?? .distantFuture, due) }
            rooms[place] = room.members.isEmpty ? nil : room
        }
        return (reports, next)
    }

    private static func report(of room: inout Room, _ name: String, at now: NIODeadline) -> Report? {
        var (joined, left): ([UserID], [UserID]) = ([], [])
        room.due = nil
        for user in room.changed {
            guard let member = room.members[user] else {
                room.changed.remove(user)
                continue
            }
            if let leaves = member.leaves {
                guard leaves <= now else {
                    room.due = min(room.due ?? .distantFuture, leaves)
                    continue
                }
                guard !member.isTold || joined.count + left.count < reportLimit else {
                    room.due = now + pause
                    continue
                }
                if member.isTold { left.append(user) }
                room.members[user] = nil
            } else if !member.isTold {
                guard joined.count + left.count < reportLimit else {
                    room.due = now + pause
                    continue
                }
                room.members[user]?.isTold = true
                joined.append(user)
            }
            room.changed.remove(user)
        }
        guard !joined.isEmpty || !left.isEmpty else { return nil }
        return Report(
            definition: room.definition, room: name, joined: joined.sorted { $0.isBefore($1) }, left: left.sorted { $0.isBefore($1) })
    }
}
