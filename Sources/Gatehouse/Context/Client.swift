package import GatehouseAudit
public import GatehouseJSON
import GatehouseLiveObjects
import NIOConcurrencyHelpers
import NIOCore
public import SocketIO
import Synchronization

/// One connected client in one namespace. It may be kept and used on any thread; its work happens on the client's event loop.
///
/// After the client has left, joins, leaves and emits do nothing. A `Client` that is kept holds the ``handshake`` and the principal, but
/// neither the socket nor the connection.
public final class Client: Sendable, Identifiable {
    /// The socket's id.
    public let id: SocketID
    /// The namespace the client is in.
    public let namespace: Namespace
    /// The request that opened its connection, without the token.
    public let handshake: Handshake
    /// Whether the client has lost its connection and goes on where it was: it is in the rooms that it was in, as far as it still may be, and
    /// was sent what it had missed (REC-08). What the gateway kept with it (``subscript(_:)``) ended with the old connection.
    public let recovered: Bool
    /// The server the client is connected to.
    public let server: ServerHandle
    let handle: SocketHandle
    let definition: NamespaceDefinition
    private let current: NIOLockedValueBox<Identity>
    private let kept = NIOLockedValueBox(KeptData())
    /// The number of the event that is handled; 0 if there is none.
    private let handled = Atomic<UInt64>(0)
    private let mark: LiveMark

    /// The client's identity by one token, for rules and for records.
    private struct Identity: Sendable {
        let principal: Principal
        let actor: AuditActor
    }

    init(
        handle: SocketHandle, definition: NamespaceDefinition, handshake: Handshake, server: ServerHandle, principal: Principal,
        actor: AuditActor, isRecovered: Bool = false, live: LiveObjects
    ) {
        recovered = isRecovered
        mark = LiveMark(live, .clients)
        id = handle.id
        namespace = definition.namespace
        self.definition = definition
        self.handshake = handshake
        self.server = server
        self.handle = handle
        current = NIOLockedValueBox(Identity(principal: principal, actor: actor))
    }

    /// Data that a gateway keeps with the client. After the client's `didDisconnect` hooks nothing is kept any more, and each access
    /// returns a fresh value. The data may therefore hold the client itself.
    ///
    /// Any thread may read and write it. Handlers of one client run one after the other, so they may change a structure in place. Use a
    /// class with its own lock for data that others change at the same time, such as a timer, or that is too large to copy.
    public subscript<Data: ClientData>(type: Data.Type) -> Data {
        get {
            if let known = kept.withLockedValue({ $0.value(of: type) }) { return known }
            // Outside the lock: it is the application's code.
            let fresh = Data()
            return kept.withLockedValue { $0.value(orKeeping: fresh) }
        }
        // The former value ends outside the lock: its end may come back here.
        set { _ = kept.withLockedValue { $0.keep(newValue) } }
    }

    func dropData() { _ = kept.withLockedValue { $0.end() } }

    /// The client's identity, by its latest token.
    public var principal: Principal { current.withLockedValue { $0.principal } }

    /// The client as an actor of audit records, by its latest token: with token, session and address.
    package var actor: AuditActor { current.withLockedValue { $0.actor } }

    func setIdentity(_ principal: Principal, _ actor: AuditActor) {
        current.withLockedValue { $0 = Identity(principal: principal, actor: actor) }
    }

    func isHandling(_ event: UInt64) -> Bool { handled.load(ordering: .acquiring) == event }

    func setHandled(_ event: UInt64) { handled.store(event, ordering: .releasing) }

    /// Everyone in the namespace. Messages that a handler sends through a client belong to its event.
    private var everyone: Broadcaster {
        Broadcaster(server.runtime, definition)
            .during(EventInHand.ofTask ?? (handle.eventLoop.inEventLoop ? handle.onLoop?.clientState?.inHand : nil))
    }

    /// Puts the client into a room, if the `rooms.join` rules of the namespace's policy allow it.
    /// - Throws: ``GatewayError`` with `forbidden`, or with the `code` of the rule that refuses it, or with `limit` if the client has
    ///   reached the limit of rooms.
    public func join(_ room: RoomName) async throws {
        _ = try await handle.submit { socket in try socket.clientState?.join(room, socket) }
    }

    /// The same without suspending, for synchronous handlers. Call it on the client's event loop, where such handlers run.
    /// - Throws: also ``GatewayError`` with `internal` when called elsewhere.
    public func join(_ room: RoomName) throws {
        _ = try onLoop { socket in try socket.clientState?.join(room, socket) }
    }

    /// Removes the client from a room.
    /// - Returns: whether it was in it.
    @discardableResult
    public func leave(_ room: RoomName) async throws -> Bool {
        try await handle.submit { socket in socket.clientState?.leave(room, socket) ?? false } ?? false
    }

    /// The same, without suspending; on the client's event loop only.
    @discardableResult
    public func leave(_ room: RoomName) throws -> Bool {
        try onLoop { socket in socket.clientState?.leave(room, socket) ?? false } ?? false
    }

    /// The rooms the client is in, its own (named by its id) first.
    public var rooms: [String] {
        get async throws { try await handle.submit { $0.rooms } ?? [id.description] }
    }

    var isConnectedOnLoop: Bool { handle.eventLoop.inEventLoop && handle.onLoop != nil }

    func isInOnLoop(_ room: String) -> Bool { handle.eventLoop.inEventLoop && handle.onLoop?.isIn(room) == true }

    /// Sends an event to this client alone, if the `receive` rules allow it.
    /// - Throws: ``GatewayError`` for a reserved name, and what the arguments throw while they are written.
    public func emit<each Argument: JSONEncodable>(_ event: String, _ arguments: repeat each Argument) throws {
        try everyone.to(handle).emit(event, repeat each arguments)
    }

    /// Sends an event whose name and payload are one type to this client.
    public func emit<Event: ServerEvent>(_ event: Event) throws { try emit(Event.event, event) }

    /// Sends an event whose arguments are written by their `Encodable` conformances to this client.
    @_disfavoredOverload
    public func emit<each Argument: Encodable & Sendable>(_ event: String, _ arguments: repeat each Argument) throws {
        try emit(event, repeat Encoded(each arguments))
    }

    /// Sends an event and waits for the client's ack.
    /// - Parameter timeout: how long; by default five seconds.
    /// - Returns: the arguments of the ack. An ack with attachments is for ``emitWithAck(_:_:as:timeout:)``.
    /// - Throws: ``GatewayError`` with `timeout`, `not_found` (the client has left) or `limit` (too many acks are waited for).
    public func emitWithAck<each Argument: JSONEncodable>(
        _ event: String, _ arguments: repeat each Argument, timeout: Duration = .seconds(5)
    ) async throws -> [JSONValue] {
        let audience = everyone.to(handle).timeout(timeout)
        let question = try audience.question(event, repeat each arguments)
        return try answer(of: await audience.answers(to: question)).arguments
    }

    /// Sends an event, waits for the client's ack, and makes its one argument a DTO, or any type that a field of one may have:
    ///
    /// ```swift
    /// let photo = try await client.emitWithAck("camera", "front", as: BinaryAttachment.self)
    /// ```
    /// - Parameter timeout: how long; by default five seconds.
    /// - Throws: ``GatewayError`` with `timeout`, `not_found` (the client has left) or `limit` (too many acks are waited for);
    ///   ``UnexpectedAck`` for an ack that is not of this type, which a handler that lets it pass answers with `internal`.
    public func emitWithAck<each Argument: JSONEncodable, Reply: FieldValue>(
        _ event: String, _ arguments: repeat each Argument, as type: Reply.Type, timeout: Duration = .seconds(5)
    ) async throws -> Reply {
        let audience = everyone.to(handle).timeout(timeout)
        let question = try audience.question(event, repeat each arguments)
        return try answer(of: await audience.answers(to: question)).decode(type)
    }

    private func answer(of answers: BroadcastAnswers) throws(GatewayError) -> BroadcastAnswers.Answer {
        if let answer = answers.answers.first { return answer }
        guard answers.overLimit.isEmpty else { throw GatewayError(.limit, "the client owes too many acks already") }
        throw answers.silent.isEmpty
            ? GatewayError(.notFound, "the client has left, or may not receive this event")
            : GatewayError(.timeout, "the client did not answer in time")
    }

    /// Disconnects the client from the namespace; `close` ends its whole connection.
    public func disconnect(close: Bool = false) {
        handle.execute { socket in
            if close {
                socket.connection.close(ConnectionClosure(.kicked))
            } else {
                socket.disconnect()
            }
        }
    }

    /// The members of a room, this client not among them.
    public func to(_ room: RoomName) -> Broadcaster { everyoneElse.to(room) }
    /// The members of a room, this client not among them; the same as ``to(_:)``.
    public func `in`(_ room: RoomName) -> Broadcaster { to(room) }
    /// Everyone else but the members of a room.
    public func except(_ room: RoomName) -> Broadcaster { everyoneElse.except(room) }

    /// Everyone else in the client's namespace.
    public var everyoneElse: Broadcaster { everyone.except(id) }

    /// - Returns: `nil` once the client has left.
    func onLoop<Result>(_ body: (Socket) throws -> Result) throws -> Result? {
        guard handle.eventLoop.inEventLoop else {
            throw GatewayError(.internal, "call this with await: it runs on the client's event loop, which the caller is not on")
        }
        return try handle.onLoop.map(body)
    }
}

extension Socket {
    /// The pipeline's state of a socket.
    var clientState: ClientState? { state as? ClientState }
}

extension Socket {
    /// The user behind it, for layers above; `nil` for an anonymous client.
    package var userID: UserID? { clientState?.client.principal.user }
}
