/// Where one client is, and in which rooms it may be, as its entries are read one after the other. Pure.
struct Whereabouts {
    private let log: ModelLog
    /// The node that it is at, or asks to be let in by.
    private(set) var node = 0
    /// When it asked.
    private(set) var asked: UInt64 = 0
    /// The rooms that it may be in: from the question to join on, until the answer that it has left.
    private(set) var rooms: Set<String> = []
    /// Rooms that it has left in this session, where and since when.
    private var leaving: [String: (node: Int, at: UInt64)] = [:]

    init(_ log: ModelLog) { self.log = log }

    mutating func take(_ entry: ClientEntry) {
        switch entry.what {
        case .connecting(let at, _): (node, asked) = (at, entry.at)
        case .connected(_, let isRecovered):
            guard isRecovered else {
                (rooms, leaving) = ([], [:])
                return
            }
            // A node that could not tell Redis of it is the only one that knows.
            for (room, left) in leaving where log.mayBeUntold(left.node, from: left.at, to: entry.at) { rooms.insert(room) }
            // A room that is closed is lost on the way.
            rooms = rooms.filter { !log.holds(.lock, on: node, asked, entry.at, room: $0) }
        case .joining(let room):
            rooms.insert(room)
            leaving[room] = nil
        case .leaving(let room): leaving[room] = (node, entry.at)
        case .left(let room): rooms.remove(room)
        default: break
        }
    }
}

extension ModelLog {
    /// Whether something surely held on a node from a question to its answer.
    func holds(
        _ kind: StaffEntry.Kind, on node: Int, _ start: UInt64, _ end: UInt64, client: Int? = nil, room: String? = nil
    ) -> Bool {
        staff.contains {
            $0.kind == kind && $0.client == client && $0.room == room && $0.surelyHolds(on: node, at: start)
                && $0.surelyHolds(on: node, at: end)
        }
    }
}
