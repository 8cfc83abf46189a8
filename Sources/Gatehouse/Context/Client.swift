public import GatehouseJSON
import NIOConcurrencyHelpers
import NIOCore
public import SocketIO
import Synchronization

/// One connected client in one namespace. May be kept and used from anywhere; what it does happens on the client's event loop.
///
/// A client that has left stays harmless: joins, leaves and emits to it do nothing.
public final class Client: Sendable, Identifiable {
    /// The socket's id.
    public let id: SocketID
    /// The namespace the client is in.
    public let namespace: Namespace
    /// What its connection looked like; the token is not in it.
    public let handshake: Handshake
    /// The server the client is connected to.
    public let server: ServerHandle
    let handle: SocketHandle
    let definition: NamespaceDefinition
    private let current: NIOLockedValueBox<Principal>
    private let kept = NIOLockedValueBox<(any Sendable)?>(nil)
    /// The number of the event that is handled; 0 if there is none.
    private let handled = Atomic<UInt64>(0)

    init(handle: SocketHandle, definition: NamespaceDefinition, handshake: Handshake, server: ServerHandle, principal: Principal) {
        id = handle.id
        namespace = definition.namespace
        self.definition = definition
        self.handshake = handshake
        self.server = server
        self.handle = handle
        current = NIOLockedValueBox(principal)
    }

    /// What the application keeps with the client, for as long as the client is there. Any thread may read and write it; what several
    /// threads change at once guards itself.
    public var data: (any Sendable)? {
        get { kept.withLockedValue { $0 } }
        set { kept.withLockedValue { $0 = newValue } }
    }

    /// Who the client is, by its latest token.
    public var principal: Principal { current.withLockedValue { $0 } }

    func setPrincipal(_ principal: Principal) { current.withLockedValue { $0 = principal } }

    func isHandling(_ event: UInt64) -> Bool { handled.load(ordering: .acquiring) == event }

    func setHandled(_ event: UInt64) { handled.store(event, ordering: .releasing) }

    /// Everyone in the namespace. What a handler sends by way of a client is part of its event.
    private var everyone: Broadcaster {
        Broadcaster(server: server.runtime.sockets, definition: definition)
            .during(EventInHand.ofTask ?? (handle.eventLoop.inEventLoop ? handle.onLoop.clientState?.inHand : nil))
    }

    /// Puts the client into a room, if the `rooms.join` rules of the namespace's policy allow it.
    /// - Throws: ``GatewayError`` with `forbidden`, or with the `code` of the rule that refuses it, or with `limit` when the client is in as
    ///   many rooms as it may be.
    public func join(_ room: RoomName) async throws {
        try await handle.submit { socket in try socket.clientState?.join(room, socket) }
    }

    /// The same, without suspending, for handlers that do not. Call it on the client's event loop, where such handlers run.
    /// - Throws: also ``GatewayError`` with `internal` when called elsewhere.
    public func join(_ room: RoomName) throws {
        try onLoop { socket in try socket.clientState?.join(room, socket) }
    }

    /// Takes the client out of a room.
    /// - Returns: whether it was in it.
    @discardableResult
    public func leave(_ room: RoomName) async throws -> Bool {
        try await handle.submit { socket in socket.clientState?.leave(room, socket) ?? false }
    }

    /// The same, without suspending; on the client's event loop only.
    @discardableResult
    public func leave(_ room: RoomName) throws -> Bool {
        try onLoop { socket in socket.clientState?.leave(room, socket) ?? false }
    }

    /// The rooms the client is in, its own (named by its id) first.
    public var rooms: [String] {
        get async throws { try await handle.submit { $0.rooms } }
    }

    var isConnectedOnLoop: Bool { handle.eventLoop.inEventLoop && handle.onLoop.isConnected }

    func isInOnLoop(_ room: String) -> Bool { handle.eventLoop.inEventLoop && handle.onLoop.isIn(room) }

    /// Sends an event to this client alone, if the `receive` rules allow it.
    /// - Throws: ``GatewayError`` for a reserved name, and what the arguments throw while they are written.
    public func emit<each Argument: JSONEncodable>(_ event: String, _ arguments: repeat each Argument) throws {
        try everyone.to(handle).emit(event, repeat each arguments)
    }

    /// Sends an event and waits for the client's ack.
    /// - Parameter timeout: how long; by default five seconds.
    /// - Returns: the arguments of the ack. An ack with attachments is for ``emitWithAck(_:_:as:timeout:)``.
    /// - Throws: ``GatewayError`` with `timeout`, `not_found` (the client has left) or `limit` (too many acks are waited for).
    public func emitWithAck<each Argument: JSONEncodable>(
        _ event: String, _ arguments: repeat each Argument, timeout: Duration = .seconds(5)
    ) async throws -> [JSONValue] {
        try await answer(of: everyone.to(handle).timeout(timeout).emitWithAck(event, repeat each arguments)).arguments
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
        try await answer(of: everyone.to(handle).timeout(timeout).emitWithAck(event, repeat each arguments)).decode(type)
    }

    private func answer(of answers: BroadcastAnswers) throws(GatewayError) -> BroadcastAnswers.Answer {
        if let answer = answers.answers.first { return answer }
        guard answers.overLimit.isEmpty else { throw GatewayError(.limit, "the client owes too many acks already") }
        throw answers.silent.isEmpty
            ? GatewayError(.notFound, "the client has left, or may not receive this event")
            : GatewayError(.timeout, "the client did not answer in time")
    }

    /// Puts the client out of the namespace; `close` ends its whole connection.
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

    private func onLoop<Result>(_ body: (Socket) throws -> Result) throws -> Result {
        guard handle.eventLoop.inEventLoop else {
            throw GatewayError(.internal, "call this with await: it runs on the client's event loop, which the caller is not on")
        }
        return try body(handle.onLoop)
    }
}

extension Socket {
    /// What the pipeline keeps with a socket.
    var clientState: ClientState? { state as? ClientState }
}
