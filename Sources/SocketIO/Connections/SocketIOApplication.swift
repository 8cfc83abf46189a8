package import EngineIO
package import GatehouseNetwork

/// The layer above Socket.IO: one instance for each event loop, on which all calls come.
package protocol SocketIOApplication: AnyObject {
    /// Whether a newly accepted connection of an address is served; it is not asked about trusted proxies.
    func letsIn(_ address: ClientAddress) -> Bool
    /// Every HTTP request of every transport, before its session is looked up (SEC-02).
    func admit(_ request: EngineRequest) -> EngineRefusal?
    /// A client of this address broke a protocol below events, and its connection was closed.
    func malformed(from address: ClientAddress)
    /// The engine has turned a client away before this layer could be asked.
    func turnedAway(_ cause: TurnedAway, from address: ClientAddress)
    /// A trusted proxy wrote an unreadable hop, so the client's address is unknown.
    func unreadableHop(_ hop: String)
    /// Somebody else's request for a connection's session was refused; nil while the session closes.
    func strangerRefused(_ request: EngineRequest, _ difference: SessionDifference, on connection: SocketIOConnection?)
    /// A client asks to join a declared namespace. The attempt is answered now or later, once.
    func connect(_ attempt: ConnectAttempt)
    /// A client at its limit of namespaces asks for one more. Refuse the attempt.
    func refusedTooManyNamespaces(_ attempt: ConnectAttempt)
    /// A CONNECT whose payload exceeds a limit of JSON, or has a duplicate key. Refuse the attempt.
    func refusedPayload(_ attempt: ConnectAttempt, _ fault: EventFault)
    /// A CONNECT to a namespace that is not declared has been refused.
    func refusedUnknownNamespace(_ name: String, on connection: SocketIOConnection)
    /// A client that is back was in this room: put it there again, if that is still allowed (REC-02).
    /// - Returns: whether it is there.
    func rejoin(_ socket: Socket, _ room: RoomName, byServer: Bool) -> Bool
    /// A CONNECT was acknowledged.
    func connected(_ socket: Socket)
    /// An event of a joined socket, in arrival order; the next one of the same socket comes when this one is finished.
    func received(_ event: borrowing IncomingEvent, from socket: Socket) -> HandlerProgress
    /// An ack that exceeds a limit, has a duplicate key, or a misplaced attachment. Its waiter has been told; the connection goes on.
    func refusedAck(_ fault: EventFault, from socket: Socket)
    /// A socket is about to leave; its rooms are still there (REG-14).
    func disconnecting(_ socket: Socket, reason: DisconnectReason)
    /// A socket has left, and is in no room.
    func disconnected(_ socket: Socket, reason: DisconnectReason)
    /// Whether an event may be delivered to a socket, and so to every socket of its audience (POL-11).
    func mayReceive(_ event: String, _ socket: Socket) -> Bool
    /// The same by the rules of the generation that decided the event (POL-08). Rarely called.
    func mayReceive(_ event: String, _ socket: Socket, under generation: UInt64) -> Bool
    /// The socket's audience belongs to old rules: give it a new one, or remove the socket.
    func renewAudience(of socket: Socket)
    /// The observer of a namespace's rooms on this loop; asked once, when the loop's share of the namespace is made.
    func roomObserver(of namespace: NamespaceDefinition) -> (any RoomObserver)?
    func connectionOpened(_ connection: SocketIOConnection)
    /// The connection has gone, after all its sockets.
    func connectionClosed(_ connection: SocketIOConnection, reason: EngineCloseReason, fault: PacketError?)
}

extension SocketIOApplication {
    /// For a layer above that bans nobody.
    package func letsIn(_ address: ClientAddress) -> Bool { true }

    /// For a layer above that counts nothing.
    package func malformed(from address: ClientAddress) {}

    /// For a layer above that keeps no record.
    package func turnedAway(_ cause: TurnedAway, from address: ClientAddress) {}

    /// For a layer above that keeps no log.
    package func unreadableHop(_ hop: String) {}

    /// For a layer above that keeps no record.
    package func strangerRefused(_ request: EngineRequest, _ difference: SessionDifference, on connection: SocketIOConnection?) {}

    /// For a layer above that counts nothing.
    package func refusedAck(_ fault: EventFault, from socket: Socket) {}

    /// For a layer above whose rules never change.
    package func mayReceive(_ event: String, _ socket: Socket, under generation: UInt64) -> Bool { mayReceive(event, socket) }

    /// For a layer above whose rules never change.
    package func renewAudience(of socket: Socket) {}

    /// For a layer above that lets nobody come back.
    package func rejoin(_ socket: Socket, _ room: RoomName, byServer: Bool) -> Bool { false }

    /// For a layer above that does not follow rooms.
    package func roomObserver(of namespace: NamespaceDefinition) -> (any RoomObserver)? { nil }

    /// Refuses, for a layer above that keeps no record of decisions.
    package func refusedTooManyNamespaces(_ attempt: ConnectAttempt) {
        attempt.refuse(ConnectRefusal(message: "Too many namespaces", code: ConnectErrorCode.limit.rawValue, decision: ""))
    }

    /// Refuses, for a layer above that keeps no record of decisions.
    package func refusedPayload(_ attempt: ConnectAttempt, _ fault: EventFault) {
        attempt.refuse(ConnectRefusal(message: "Payload refused", code: ConnectErrorCode.limit.rawValue, decision: ""))
    }
}
