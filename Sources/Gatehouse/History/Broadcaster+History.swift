import SocketIO

extension Broadcaster {
    /// The events that were sent to a room, as the `history` of the namespace's policy keeps them: `context.to(room).history(last: 50)`.
    ///
    /// Kept are events that the server sent to the room, without volatile ones, those that asked for acks, and those with attachments. What a
    /// shadow-muted sender sent is left out. An event that was kept from other rooms (``except(_:)-(RoomName)``) is in it. In a
    /// cluster with the `streams` adapter all nodes have the same events in the same order, once Redis has them.
    /// - Parameters:
    ///   - count: how many, from 1; the newest of those that are asked for.
    ///   - id: ``HistoryEvent/id`` of an event: those before it. By default the newest.
    /// - Throws: ``GatewayError`` with `not_found` where no history of the room is kept, or for an id of an earlier start; `invalid` unless
    ///   the target is one room.
    public func history(last count: Int = 50, before id: String? = nil) throws(GatewayError) -> HistoryPage {
        try history(last: count, before: id, bytes: .max) { $0.isFor == nil }
    }

    func history(
        last count: Int, before id: String?, bytes: Int, _ isFor: (RoomHistories.Entry) -> Bool
    ) throws(GatewayError) -> HistoryPage {
        guard let definition, target.rooms.count == 1, target.sockets.isEmpty, let room = target.rooms.first else {
            throw GatewayError(.invalid, "a history is that of one room: use in(room)")
        }
        let bound: HistoryKey?
        switch runtime.history.bound(id) {
        case .newest: bound = nil
        case .before(let key): bound = key
        case .unknown: throw GatewayError(.notFound, "No event of this history has that id; read it from its end")
        }
        let page = runtime.history.page(of: room, in: definition, last: max(1, count), before: bound, bytes: bytes, isFor)
        guard let page else { throw GatewayError(.notFound, "No history is kept of this room") }
        return page
    }
}
