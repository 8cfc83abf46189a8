import Gatehouse
import SocketIO

/// What holds for rooms at one instant: locks and slow mode whose end has not come.
struct RoomsInForce: Sendable {
    private let rooms: [String: RoomRestriction]

    /// - Parameter now: milliseconds since 1970.
    init(of namespace: Namespace, in restrictions: RestrictionSet, now: Int64) {
        var rooms: [String: RoomRestriction] = [:]
        for room in restrictions.rooms where room.place.namespace == namespace {
            var room = room
            if let ends = room.lock?.ends, ends <= now { room.lock = nil }
            if let ends = room.slow?.ends, ends <= now { room.slow = nil }
            if room.lock != nil || room.slow != nil { rooms[room.place.room] = room }
        }
        self.rooms = rooms
    }

    /// The names of the rooms that something holds for.
    var names: [String] { Array(rooms.keys) }

    /// Adds what holds for a room to what is said of it.
    func mark(_ item: inout JSONObject, of room: String) {
        guard let restriction = rooms[room] else { return }
        if let lock = restriction.lock {
            var summary: JSONObject = ["mode": .string(lock.mode.rawValue)]
            summary["until"] = lock.ends.map { .integer($0) }
            item["lock"] = .object(summary)
        }
        if let slow = restriction.slow {
            var summary: JSONObject = [
                "interval_s": .integer(slow.interval / 1_000), "exempt_roles": .array(slow.exemptRoles.prefix(64).map { .string($0) }),
            ]
            summary["until"] = slow.ends.map { .integer($0) }
            item["slow"] = .object(summary)
        }
    }
}

/// The answer of `room.list`. A name has at most 256 bytes, so 200 of them need no further bound.
struct RoomListAnswer {
    let object: JSONObject

    /// - Parameter page: the rooms in their order; one more than `limit` where there are more.
    init(_ page: [(name: String, members: Int)], limit: Int, restrictions: RoomsInForce) {
        var object: JSONObject = [
            "items": .array(
                page.prefix(limit).map { room in
                    var item: JSONObject = ["room": .string(room.name), "members": .integer(Int64(room.members))]
                    restrictions.mark(&item, of: room.name)
                    return .object(item)
                })
        ]
        if page.count > limit, let last = page.prefix(limit).last { object["cursor"] = .string(last.name) }
        self.object = object
    }
}

/// The answer of `room.get`: who is there, and what holds.
struct RoomAnswer {
    let object: JSONObject

    /// - Parameters:
    ///   - page: sessions in the room, in the order of their references; one more than `limit` where there are more.
    ///   - count: how many there are in all.
    init(
        _ room: String, in namespace: Namespace, members page: [SessionSnapshot], limit: Int, count: Int, restrictions: RoomsInForce,
        mutes: MutesInForce
    ) {
        var object: JSONObject = ["ns": .string(namespace.name), "room": .string(room), "count": .integer(Int64(count))]
        restrictions.mark(&object, of: room)
        object["members"] = .array(
            page.prefix(limit).map { session in
                var member: JSONObject = ["sid_ref": .string(session.reference)]
                let principal = session.sockets.first { $0.namespace == namespace }?.principal
                let user = principal.flatMap { UserID($0) }
                if let user { member["user"] = .object(user.json) }
                mutes.mark(&member, of: user)
                return .object(member)
            })
        if page.count > limit, let last = page.prefix(limit).last { object["cursor"] = .string(last.reference) }
        self.object = object
    }
}
