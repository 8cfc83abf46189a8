/// The first rooms in the order of their names, as many as a page has, with their members: what is behind them is never kept.
struct RoomPage: Sendable {
    struct Room: Sendable, Equatable {
        let name: String
        var members: Int
    }

    /// Rooms up to this name are on earlier pages.
    private let cursor: String
    private let limit: Int
    private(set) var rooms: [Room] = []

    init(after cursor: String, limit: Int) {
        self.cursor = cursor
        self.limit = limit
    }

    /// Counts members of a room, if it belongs to the page as far as it is known. A room that has once fallen off the end never comes
    /// back, since the end only moves forward: what is counted of a room on the page is all of it.
    mutating func add(_ name: String, members: Int = 1) {
        guard name > cursor, limit > 0 else { return }
        if rooms.count >= limit, let last = rooms.last, name > last.name { return }
        var (low, high) = (0, rooms.count)
        while low < high {
            let middle = (low + high) / 2
            if rooms[middle].name < name { low = middle + 1 } else { high = middle }
        }
        if low < rooms.count, rooms[low].name == name {
            rooms[low].members += members
        } else {
            if rooms.count >= limit { rooms.removeLast() }
            rooms.insert(Room(name: name, members: members), at: low)
        }
    }

    /// Adds what another loop counted for the same page.
    mutating func merge(_ other: RoomPage) { for room in other.rooms { add(room.name, members: room.members) } }
}
