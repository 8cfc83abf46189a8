/// The recipients of a broadcast: the named sockets and the members of any of `rooms` (everyone if neither is named) who are neither in a
/// room of `except` nor named in `exceptSockets`.
///
/// A socket's id is also the name of a room that holds that socket alone. To reach one socket, name it in `sockets`: a client could join a
/// room whose name is another socket's id, and must not get its messages.
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

    /// Whether a socket is named, or in one of the rooms, as it is now. Exceptions are not considered.
    func means(_ socket: Socket) -> Bool {
        (rooms.isEmpty && sockets.isEmpty) || sockets.contains(socket.id)
            || rooms.contains { socket.isIn($0) || $0 == socket.id.description }
    }
}
