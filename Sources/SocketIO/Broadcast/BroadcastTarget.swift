/// Whom a broadcast reaches: the named sockets and the members of any of `rooms` (everyone if neither is named) who are neither in a room
/// of `except` nor named in `exceptSockets`.
///
/// A socket's id is also the name of a room that holds that socket alone. Who means one socket still says so in `sockets`: a client could
/// join a room that it gave the id of another one, and nothing that is meant for the other may go there.
package struct BroadcastTarget: Sendable, Hashable {
    package var rooms: [String] = []
    package var sockets: [SocketID] = []
    package var except: [String] = []
    package var exceptSockets: [SocketID] = []

    package init(rooms: [String] = [], sockets: [SocketID] = [], except: [String] = [], exceptSockets: [SocketID] = []) {
        self.rooms = rooms
        self.sockets = sockets
        self.except = except
        self.exceptSockets = exceptSockets
    }

    /// Whether a socket is named, or in one of the rooms, as it is now. What is excepted is not looked at.
    func means(_ socket: Socket) -> Bool {
        (rooms.isEmpty && sockets.isEmpty) || sockets.contains(socket.id)
            || rooms.contains { socket.isIn($0) || $0 == socket.id.description }
    }
}
