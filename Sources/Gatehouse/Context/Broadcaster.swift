import EngineIO
public import GatehouseJSON
import NIOCore
public import SocketIO

/// A set of clients of one namespace, to send to or to act on. A value; every call gives a narrower or wider one.
///
/// Rooms add up, each client gets one copy, `except` wins (API-02). An event is encoded once, and reaches only clients whom the
/// `receive` rules of the namespace's policy allow it.
public struct Broadcaster: Sendable {
    let server: SocketIOServer
    let definition: NamespaceDefinition?
    private(set) var target = BroadcastTarget()
    private(set) var isVolatile = false
    private(set) var ackTimeout: Duration = .seconds(5)
    /// The event that this is about: its policies decide while its handler runs.
    private var event: EventInHand?
    /// Where the target is one client that is at hand: no other event loop need be asked then.
    private var only: SocketHandle?

    init(server: SocketIOServer, definition: NamespaceDefinition?) {
        self.server = server
        self.definition = definition
    }

    /// One client.
    func to(_ client: SocketHandle) -> Broadcaster {
        var copy = to(client.id)
        copy.only = client
        return copy
    }

    /// Adds the members of a room.
    public func to(_ room: RoomName) -> Broadcaster { changing { $0.rooms.append(room.name) } }
    /// Adds the members of a room; the same as ``to(_:)``.
    public func `in`(_ room: RoomName) -> Broadcaster { to(room) }
    /// Adds one client.
    public func to(_ client: SocketID) -> Broadcaster { changing { $0.sockets.append(client) } }
    /// Leaves out the members of a room.
    public func except(_ room: RoomName) -> Broadcaster { changing { $0.except.append(room.name) } }
    /// Leaves out one client.
    public func except(_ client: SocketID) -> Broadcaster { changing { $0.exceptSockets.append(client) } }

    /// Messages that are dropped for clients whose connection is not ready to take them, instead of being queued (API-08).
    public var volatile: Broadcaster {
        var copy = self
        copy.isVolatile = true
        return copy
    }

    /// This node only. Until there is an adapter for several nodes, that is all there is.
    public var local: Broadcaster { self }

    /// How long ``emitWithAck(_:_:)`` waits.
    public func timeout(_ timeout: Duration) -> Broadcaster {
        var copy = self
        copy.ackTimeout = timeout
        return copy
    }

    func during(_ event: EventInHand?) -> Broadcaster {
        var copy = self
        copy.event = event
        return copy
    }

    private func changing(_ change: (inout BroadcastTarget) -> Void) -> Broadcaster {
        var copy = self
        change(&copy.target)
        copy.only = nil
        return copy
    }

    /// Sends an event. May be called on any thread; on an event loop its own clients have it queued when the call returns.
    /// - Throws: ``GatewayError`` for a reserved name, and what the arguments throw while they are written.
    public func emit<each Argument: JSONEncodable>(_ event: String, _ arguments: repeat each Argument) throws {
        try EmittedEvents.check(event)
        guard let definition else { return }
        let message = try PacketWriter.message(event, prefix: definition.prefix, ackID: nil, repeat each arguments)
        let broadcast = Broadcast(
            namespace: definition, event: event, message: message, target: target, isVolatile: isVolatile,
            generation: self.event?.generationInForce)
        if let only {
            // Once the server has stopped its event loops take nothing more.
            guard only.eventLoop.inEventLoop || server.isRunning else { return }
            only.execute { _ = $0.connection.loop.deliver(broadcast) }
        } else {
            server.broadcast(broadcast)
        }
    }

    /// Sends an event and collects the acks of everyone it reached.
    /// - Returns: the answers, and who was silent until the timeout.
    public func emitWithAck<each Argument: JSONEncodable>(
        _ event: String, _ arguments: repeat each Argument
    ) async throws -> BroadcastAnswers {
        try EmittedEvents.check(event)
        guard let definition else { return BroadcastAnswers(answers: [], silent: []) }
        let id = server.nextAckID()
        let message = try PacketWriter.message(event, prefix: definition.prefix, ackID: id, repeat each arguments)
        let broadcast = Broadcast(
            namespace: definition, event: event, message: message, target: target, isVolatile: isVolatile,
            generation: self.event?.generationInForce)
        return try await server.broadcast(broadcast, ackID: id, timeout: TimeAmount(ackTimeout), on: only?.eventLoop)
    }

    /// The clients, as they are when each event loop is asked.
    public func fetchSockets() async throws -> [RemoteSocket] {
        let one = Broadcaster(server: server, definition: definition)
        return try await gather { namespace, target in
            var found: [RemoteSocket] = []
            namespace.forEach(in: target) { socket in
                found.append(
                    RemoteSocket(
                        id: socket.id, rooms: socket.rooms, principal: socket.clientState?.client.principal,
                        itself: one.to(SocketHandle(socket))))
            }
            return found
        }.flatMap { $0 }
    }

    /// Puts the clients into a room. The server's own act: `rooms.join` rules are not asked, neither now nor when rules or tokens change,
    /// and the clients stay until they leave or are taken out.
    /// - Throws: ``GatewayError`` with `limit` when some of them are in as many rooms as a connection may be; all others are in the room then.
    public func socketsJoin(_ room: RoomName) async throws {
        let refused = try await gather { namespace, target in
            var refused = 0
            namespace.forEach(in: target) { socket in
                do throws(RoomError) { try socket.join(room, byServer: true) } catch { refused += 1 }
            }
            return refused
        }.reduce(0, +)
        guard refused > 0 else { return }
        throw GatewayError(.limit, "\(refused) of the clients are in as many rooms as they may be, and not in this one")
    }

    /// Takes the clients out of a room.
    public func socketsLeave(_ room: RoomName) async throws {
        try await forEach { $0.leave(room) }
    }

    /// Puts the clients out of the namespace; `close` ends their whole connections.
    public func disconnectSockets(close: Bool = false) async throws {
        try await forEach { socket in
            if close {
                socket.connection.close(ConnectionClosure(.kicked))
            } else {
                socket.disconnect()
            }
        }
    }

    private func forEach(_ body: @escaping @Sendable (Socket) -> Void) async throws {
        _ = try await gather { $0.forEach(in: $1, body) }
    }

    private func gather<Result: Sendable>(
        _ body: @escaping @Sendable (LocalNamespace, BroadcastTarget) -> Result
    ) async throws -> [Result] {
        guard let definition else { return [] }
        let target = target
        return try await server.gather(definition) { body($0, target) }
    }
}
