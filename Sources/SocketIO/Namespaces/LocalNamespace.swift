import EngineIO
package import NIOCore

/// One namespace as one event loop holds it: its sockets on this loop and their rooms. Bound to that loop; nothing here is locked.
package final class LocalNamespace {
    package let definition: NamespaceDefinition
    /// Every socket of this loop that has joined the namespace.
    package let everyone = Room(name: "")
    package private(set) var rooms: [String: Room] = [:]
    private var sockets: [SocketID: Socket] = [:]
    /// Marks the sockets that a delivery to several rooms has already found.
    private var visit: UInt64 = 0
    /// Reused by the next such delivery, so that it allocates nothing once it has grown.
    private var gathered: [Socket] = []
    /// API-05: observer of rooms that appear, disappear, gain and lose members on this loop.
    package var roomObserver: (any RoomObserver)?
    /// Whether events with offsets are being delivered, or have to wait: others queue behind them.
    var isDelivering = false
    /// The place of the last event with an offset that was delivered on this loop.
    var delivered: RecoveryOffset?
    /// When what is kept for clients that come back is looked through again.
    var recoverySweep: RecoverySweep?

    init(_ definition: NamespaceDefinition) { self.definition = definition }

    package func socket(_ id: SocketID) -> Socket? { sockets[id] }

    func insert(_ socket: Socket) {
        sockets[socket.id] = socket
        socket.everyoneIndex = everyone.append(socket)
    }

    func remove(_ socket: Socket) {
        guard sockets.removeValue(forKey: socket.id) != nil else { return }
        if let moved = everyone.remove(at: socket.everyoneIndex) { moved.everyoneIndex = socket.everyoneIndex }
        while let membership = socket.memberships.last { leave(socket, membership.room.name) }
    }

    /// Puts a socket into a room.
    /// - Parameter byServer: whether the server does so, not the client.
    /// - Returns: whether it was not in it before.
    func join(_ socket: Socket, _ name: String, byServer: Bool) -> Bool {
        guard !socket.isIn(name) else { return false }
        let room: Room
        if let known = rooms[name] {
            room = known
        } else {
            room = Room(name: name, live: socket.connection.loop.engine.live)
            rooms[name] = room
            roomObserver?.roomCreated(name, in: definition.namespace)
            socket.connection.loop.server.adapter?.roomChanged(name, in: definition, isThere: true)
        }
        socket.memberships.append(
            RoomMembership(
                room: room, index: room.append(socket), isByServer: byServer, joined: socket.connection.loop.now,
                since: socket.recovery == nil ? nil : definition.recovery?.place))
        socket.connection.loop.saveLater(socket)
        roomObserver?.roomJoined(name, by: socket)
        return true
    }

    /// Takes a socket out of a room; an emptied room is forgotten.
    /// - Returns: whether it was in it.
    @discardableResult
    func leave(_ socket: Socket, _ name: String) -> Bool {
        guard let position = socket.memberships.firstIndex(where: { $0.room.name == name }) else { return false }
        let membership = socket.memberships.remove(at: position)
        socket.connection.loop.saveLater(socket)
        if let moved = membership.room.remove(at: membership.index),
            let movedPosition = moved.memberships.firstIndex(where: { $0.room === membership.room })
        {
            moved.memberships[movedPosition].index = membership.index
        }
        roomObserver?.roomLeft(name, by: socket)
        if membership.room.members.isEmpty {
            rooms[name] = nil
            roomObserver?.roomDeleted(name, in: definition.namespace)
            socket.connection.loop.server.adapter?.roomChanged(name, in: definition, isThere: false)
        }
        return true
    }

    /// Calls `body` once for each socket of this loop that the target reaches, in any order (API-02: rooms add up, `except` wins).
    /// The members are read from a copy of the list, so `body` may join, leave and close.
    package func forEach(in target: BroadcastTarget, _ body: (Socket) -> Void) {
        if target.except.isEmpty, target.exceptSockets.isEmpty, target.rooms.count + target.sockets.count <= 1 {
            if let id = target.sockets.first {
                if let socket = sockets[id] { body(socket) }
            } else if let name = target.rooms.first {
                for socket in members(of: name) { body(socket) }
            } else {
                for socket in everyone.members { body(socket) }
            }
            return
        }
        // All are collected before the first is served: serving one may close it, and its end may broadcast again.
        var recipients: [Socket] = []
        swap(&recipients, &gathered)
        gather(target, into: &recipients)
        for socket in recipients { body(socket) }
        recipients.removeAll(keepingCapacity: true)
        swap(&recipients, &gathered)
    }

    private func gather(_ target: BroadcastTarget, into recipients: inout [Socket]) {
        visit &+= 1
        for name in target.except { members(of: name).forEach { $0.visit = visit } }
        for id in target.exceptSockets { sockets[id]?.visit = visit }
        func add(_ socket: Socket) {
            guard socket.visit != visit else { return }
            socket.visit = visit
            recipients.append(socket)
        }
        guard !target.rooms.isEmpty || !target.sockets.isEmpty else { return everyone.members.forEach(add) }
        for id in target.sockets {
            if let socket = sockets[id] { add(socket) }
        }
        for name in target.rooms { members(of: name).forEach(add) }
    }

    /// The members of a room. A socket's own room has that socket alone, even if another client joins a room of that name.
    private func members(of name: String) -> [Socket] {
        if let id = SocketID(name), let socket = sockets[id] { return [socket] }
        return rooms[name]?.members ?? []
    }
}

@available(*, unavailable)
extension LocalNamespace: Sendable {}

/// API-05: room life-cycle events of one loop. Called on that loop.
package protocol RoomObserver: AnyObject {
    func roomCreated(_ room: String, in namespace: Namespace)
    func roomDeleted(_ room: String, in namespace: Namespace)
    func roomJoined(_ room: String, by socket: Socket)
    func roomLeft(_ room: String, by socket: Socket)
}

/// One socket's place in one room.
package struct RoomMembership {
    let room: Room
    var index: Int
    /// Whether the server put the socket there: it stays until it is removed, whatever the rules for rooms say.
    package var isByServer: Bool
    /// When the socket came in.
    package let joined: NIODeadline
    /// The last place of the namespace's events before that, for a client that may come back.
    var since: RecoveryOffset?

    package var roomName: String { room.name }
}
