import NIOCore
package import SocketIO

extension Broadcaster {
    /// The users behind the clients, of all nodes: `context.to(room).presence()`. Each event loop and each node is asked now; a node that is
    /// silent for the time of ``timeout(_:)`` costs its own clients, and one that has died counts no more than 15 seconds.
    public func presence() async throws -> Presence {
        async let elsewhere = socketsElsewhere()
        var count = PresenceCount()
        let clock = runtime.clock
        for part in try await gather({ namespace, target in
            var count = PresenceCount()
            let wall = clock.wallMilliseconds()
            namespace.forEach(in: target) { count.add($0.userID, since: $0.presentSince(in: target, wall: wall)) }
            return count
        }) { count.add(part) }
        let found = await elsewhere
        for socket in found.sockets { count.add(socket.user, since: socket.since ?? clock.wallMilliseconds()) }
        return Presence(users: count.all, anonymous: count.anonymous, silentNodes: found.silentNodes)
    }
}

extension Socket {
    /// Since when it is in one of the rooms of a target; for everyone of the namespace, since it joined it. In milliseconds since 1970.
    package func presentSince(in target: BroadcastTarget, wall: Int64) -> Int64 {
        let now = connection.loop.now
        let entered = memberships.filter { target.rooms.contains($0.roomName) }.map(\.joined).min() ?? joined
        return wall - max(0, (now - entered).nanoseconds / 1_000_000)
    }
}
