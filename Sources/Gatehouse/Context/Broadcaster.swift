import EngineIO
public import GatehouseJSON
import NIOCore
public import SocketIO

/// A set of clients of one namespace, to send to or to act on. A value: each call returns a narrower or wider one.
///
/// Rooms add up, each client gets one copy, `except` wins (API-02). An event is encoded once, and reaches only clients that the `receive`
/// rules of the namespace's policy allow.
public struct Broadcaster: Sendable {
    let runtime: ServerRuntime
    private var server: SocketIOServer { runtime.sockets }
    let definition: NamespaceDefinition?
    private(set) var target = BroadcastTarget()
    private(set) var isVolatile = false
    private(set) var isLocal = false
    private(set) var ackTimeout: Duration = .seconds(5)
    /// The event whose handler runs: its policies decide meanwhile.
    private(set) var event: EventInHand?
    /// The client, if the target is one local client: no other event loop is asked then.
    private var only: SocketHandle?

    init(_ runtime: ServerRuntime, _ definition: NamespaceDefinition?) {
        self.runtime = runtime
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

    /// Messages that are dropped, instead of queued, for clients whose connection is behind (API-08).
    public var volatile: Broadcaster {
        var copy = self
        copy.isVolatile = true
        return copy
    }

    /// The clients of this node only.
    public var local: Broadcaster {
        var copy = self
        copy.isLocal = true
        return copy
    }

    /// A client of another node, by the id that it has there.
    func to(elsewhere id: String) -> Broadcaster {
        if let client = SocketID(id) { return to(client) }
        return changing { $0.rooms.append(id) }
    }

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
    /// - Throws: ``GatewayError`` for a reserved name, and what the arguments throw while they are written. With `muted` or `room_locked`
    ///   where staff do not let the sender of the event that is handled send to a room: then nobody gets it.
    public func emit<each Argument: JSONEncodable>(_ event: String, _ arguments: repeat each Argument) throws {
        try EmittedEvents.check(event)
        guard let definition else { return }
        let isFor = runtime.restrictions.isInForce ? try recipientsAllowed(event) : nil
        let recovery = definition.recoveryInForce
        let message = try PacketWriter.message(
            event, prefix: definition.prefix, ackID: nil, offsetLength: recovery?.offsetLength ?? 0, repeat each arguments)
        let broadcast = Broadcast(
            namespace: definition, event: event, message: message, target: target, isVolatile: isVolatile,
            isLocal: isLocal, generation: self.event?.generationInForce, isFor: isFor, recovery: recovery)
        if let only {
            // The event loops of a stopped server accept nothing.
            guard only.eventLoop.inEventLoop || server.isRunning else { return }
            server.broadcast(broadcast, to: only)
        } else {
            server.broadcast(broadcast)
        }
    }

    /// Sends an event whose name and payload are one type.
    public func emit<Event: ServerEvent>(_ event: Event) throws { try emit(Event.event, event) }

    /// Sends an event whose arguments are written by their `Encodable` conformances.
    @_disfavoredOverload
    public func emit<each Argument: Encodable & Sendable>(_ event: String, _ arguments: repeat each Argument) throws {
        try emit(event, repeat Encoded(each arguments))
    }

    /// Sends an event and collects the acks of everyone it reached.
    /// - Returns: the answers, and the clients that were silent until the timeout.
    public func emitWithAck<each Argument: JSONEncodable>(
        _ event: String, _ arguments: repeat each Argument
    ) async throws -> BroadcastAnswers {
        try await answers(to: try question(event, repeat each arguments))
    }

    /// An event that asks for acks, written: what waits for them holds no parameter pack, whose memory Swift 6.3 frees in the wrong order in
    /// a function that suspends.
    struct Question: Sendable {
        let id: UInt64
        let broadcast: Broadcast
    }

    /// - Returns: `nil` for a namespace that nobody serves.
    func question<each Argument: JSONEncodable>(_ event: String, _ arguments: repeat each Argument) throws -> Question? {
        try EmittedEvents.check(event)
        guard let definition else { return nil }
        let isFor = runtime.restrictions.isInForce ? try recipientsAllowed(event) : nil
        let id = server.nextAckID()
        let message = try PacketWriter.message(event, prefix: definition.prefix, ackID: id, repeat each arguments)
        return Question(
            id: id,
            broadcast: Broadcast(
                namespace: definition, event: event, message: message, target: target, isVolatile: isVolatile,
                isLocal: isLocal, generation: self.event?.generationInForce, isFor: isFor))
    }

    func answers(to question: Question?) async throws -> BroadcastAnswers {
        guard let question else { return BroadcastAnswers(answers: [], silent: []) }
        return try await server.broadcast(question.broadcast, ackID: question.id, timeout: TimeAmount(ackTimeout), on: only?.eventLoop)
    }

    /// The clients of all nodes, at the time when each event loop and each node is asked. A node that is silent for the time of
    /// ``timeout(_:)`` costs its own clients; see ``sockets()``.
    public func fetchSockets() async throws -> [RemoteSocket] { try await sockets().sockets }

    /// The clients of all nodes, and the nodes that did not answer in time.
    public func sockets() async throws -> FoundSockets {
        async let elsewhere = socketsElsewhere()
        let here = try await socketsHere()
        let found = await elsewhere
        return FoundSockets(sockets: here + found.sockets, silentNodes: found.silentNodes)
    }

    func socketsElsewhere() async -> FoundSockets {
        guard let definition, let adapter = remote else { return FoundSockets(sockets: [], silentNodes: []) }
        let one = Broadcaster(runtime, definition)
        let found = await adapter.sockets(in: target, of: definition, timeout: TimeAmount(ackTimeout))
        let sockets = found.items.map { item in
            RemoteSocket(
                id: item.id, rooms: item.rooms, principal: nil, user: UserID(item.data), node: item.data["node"]?.stringValue,
                since: item.data["since"]?.integerValue, itself: one.to(elsewhere: item.id))
        }
        return FoundSockets(sockets: sockets, silentNodes: found.silentNodes)
    }

    /// What reaches the other nodes, if they are meant at all.
    private var remote: (any ClusterAdapter)? { isLocal || only != nil ? nil : server.adapter }

    private func socketsHere() async throws -> [RemoteSocket] {
        let one = Broadcaster(runtime, definition)
        return try await gather { namespace, target in
            var found: [RemoteSocket] = []
            namespace.forEach(in: target) { socket in
                found.append(
                    RemoteSocket(
                        id: socket.id.description, rooms: socket.rooms, principal: socket.clientState?.client.principal,
                        user: socket.clientState?.client.principal.user, node: nil, itself: one.to(SocketHandle(socket))))
            }
            return found
        }.flatMap { $0 }
    }

    /// Puts the clients into a room. This is an act of the server: `rooms.join` rules do not apply, neither now nor when rules or tokens
    /// change. The clients stay until they leave or are removed.
    /// - Throws: ``GatewayError`` if some of this node's do not get in, with the code of the first: `limit` if it has reached the limit of rooms,
    ///   `room_locked` if staff have closed the room, `banned` if they have banned the client from it. All others are in the room then.
    public func socketsJoin(_ room: RoomName) async throws {
        elsewhere(.join([room.name]))
        let refused = try await gather { namespace, target in
            var refused = RefusedJoins()
            namespace.forEach(in: target) { socket in
                do { try socket.joinByServer(room) } catch { refused.add(error) }
            }
            return refused
        }.reduce(into: RefusedJoins()) { $0.add($1) }
        if let error = refused.error { throw error }
    }

    /// Removes the clients from a room.
    public func socketsLeave(_ room: RoomName) async throws {
        elsewhere(.leave([room.name]))
        try await forEach { $0.leave(room) }
    }

    /// Disconnects the clients from the namespace; `close` ends their whole connections.
    public func disconnectSockets(close: Bool = false) async throws {
        elsewhere(.disconnect(close: close))
        try await forEach { socket in
            if close {
                socket.connection.close(ConnectionClosure(.kicked))
            } else {
                socket.disconnect()
            }
        }
    }

    /// The other nodes act when they hear of it; nobody waits for them.
    private func elsewhere(_ act: SocketsAct) {
        guard let definition, let remote else { return }
        remote.apply(act, to: target, in: definition)
    }

    private func forEach(_ body: @escaping @Sendable (Socket) -> Void) async throws {
        _ = try await gather { $0.forEach(in: $1, body) }
    }

    func gather<Result: Sendable>(
        _ body: @escaping @Sendable (LocalNamespace, BroadcastTarget) -> Result
    ) async throws -> [Result] {
        guard let definition else { return [] }
        let target = target
        return try await server.gather(definition) { body($0, target) }
    }
}
