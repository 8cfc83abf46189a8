package import EngineIO
package import GatehouseJSON

/// The layer above Socket.IO: one instance for each event loop; everything is called on that loop.
package protocol SocketIOApplication: AnyObject {
    /// Every HTTP request of every transport, before its session is looked up (SEC-02).
    func admit(_ request: EngineRequest) -> EngineRefusal?
    /// A client of this address broke a protocol below events, and was let go.
    func malformed(from address: String)
    /// The engine has turned somebody away before this layer could be asked; nil where nobody knows whom.
    func turnedAway(_ cause: TurnedAway, from address: String?)
    /// A client asks to join a declared namespace. The attempt is answered now or later, once.
    func connect(_ attempt: ConnectAttempt)
    /// A client that is in as many namespaces as it may be asks for one more. The attempt is to be refused.
    func refusedTooManyNamespaces(_ attempt: ConnectAttempt)
    /// A CONNECT to a namespace that is not declared has been refused.
    func refusedUnknownNamespace(_ name: String, on connection: SocketIOConnection)
    /// A CONNECT was acknowledged.
    func connected(_ socket: Socket)
    /// An event of a joined socket, in arrival order; the next one of the same socket comes when this one is finished.
    func received(_ event: borrowing IncomingEvent, from socket: Socket) -> HandlerProgress
    /// An ack that breaks a limit of JSON, or has a name twice. Whoever waits for it has been told; the connection goes on.
    func refusedAck(_ fault: JSONError, from socket: Socket)
    /// A socket is about to leave; its rooms are still there (REG-14).
    func disconnecting(_ socket: Socket, reason: DisconnectReason)
    /// A socket has left, and is in no room.
    func disconnected(_ socket: Socket, reason: DisconnectReason)
    /// Whether an event may be delivered to a socket, and so to every socket of its audience (POL-11).
    func mayReceive(_ event: String, _ socket: Socket) -> Bool
    /// The same by the rules of another generation, which the event was decided under (POL-08). Seldom asked.
    func mayReceive(_ event: String, _ socket: Socket, under generation: UInt64) -> Bool
    /// The socket's audience is of rules that are no longer in force: it gets another one, or is put out.
    func renewAudience(of socket: Socket)
    /// Who is told of a namespace's rooms on this loop; asked once, when the loop's share of the namespace is made.
    func roomObserver(of namespace: NamespaceDefinition) -> (any RoomObserver)?
    func connectionOpened(_ connection: SocketIOConnection)
    /// The connection has gone, all its sockets before it.
    func connectionClosed(_ connection: SocketIOConnection, reason: EngineCloseReason, fault: PacketError?)
}

extension SocketIOApplication {
    /// For a layer above that counts nothing.
    package func malformed(from address: String) {}

    /// For a layer above that keeps no record.
    package func turnedAway(_ cause: TurnedAway, from address: String?) {}

    /// For a layer above that counts nothing.
    package func refusedAck(_ fault: JSONError, from socket: Socket) {}

    /// For a layer above whose rules never change.
    package func mayReceive(_ event: String, _ socket: Socket, under generation: UInt64) -> Bool { mayReceive(event, socket) }

    /// For a layer above whose rules never change.
    package func renewAudience(of socket: Socket) {}

    /// For a layer above that does not follow rooms.
    package func roomObserver(of namespace: NamespaceDefinition) -> (any RoomObserver)? { nil }

    /// Refuses, for a layer above that keeps no record of decisions.
    package func refusedTooManyNamespaces(_ attempt: ConnectAttempt) {
        attempt.refuse(ConnectRefusal(message: "Too many namespaces", code: ConnectErrorCode.limit.rawValue, decision: ""))
    }
}
