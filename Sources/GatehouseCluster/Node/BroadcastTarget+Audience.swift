#if Redis
    import SocketIO

    extension ClusterMessage.Audience {
        /// A socket's id is also the name of its own room, and other nodes know it by that.
        init(_ target: BroadcastTarget, isVolatile: Bool = false, timeout: Int? = nil) {
            self.init(
                rooms: target.rooms + target.sockets.map(\.description), except: target.except + target.exceptSockets.map(\.description),
                isVolatile: isVolatile, timeout: timeout)
        }

        /// Names of the form of our ids mean sockets: a client may join a room of such a name, and must not get what is for the socket.
        var target: BroadcastTarget {
            var target = BroadcastTarget()
            for room in rooms { if let id = SocketID(room) { target.sockets.append(id) } else { target.rooms.append(room) } }
            for room in except { if let id = SocketID(room) { target.exceptSockets.append(id) } else { target.except.append(room) } }
            return target
        }
    }
#endif
