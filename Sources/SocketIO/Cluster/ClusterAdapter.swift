package import GatehouseJSON
package import NIOCore

/// What carries the acts of this server to the other nodes of its cluster (CLU-01). What arrives from them goes through the methods of
/// ``SocketIOServer`` that end in `Here`.
///
/// Any thread calls it, event loops too: nothing here waits. A server without an adapter asks once for a broadcast whether there is one, and
/// never for a recipient.
package protocol ClusterAdapter: AnyObject, Sendable {
    /// Sends an event to the clients of other nodes.
    /// - Parameter place: where it is among the events of its namespace here; `nil` where recovery is off.
    func publish(_ broadcast: Broadcast, at place: RecoveryOffset?)
    /// Sends an event that asks for acks to the clients of other nodes, and collects the acks.
    func ask(_ broadcast: Broadcast, timeout: TimeAmount) async -> RemoteAnswers
    /// Acts on the clients of other nodes.
    func apply(_ act: SocketsAct, to target: BroadcastTarget, in namespace: NamespaceDefinition)
    /// The clients of other nodes.
    func sockets(in target: BroadcastTarget, of namespace: NamespaceDefinition, timeout: TimeAmount) async -> RemoteSockets
    /// Sends an event to the other servers themselves.
    func emitToServers(_ packet: ClusterPacket, in namespace: NamespaceDefinition)
    /// Sends an event to the other servers, and collects their answers.
    func askServers(_ packet: ClusterPacket, in namespace: NamespaceDefinition, timeout: TimeAmount) async -> ServerAnswers
    /// A room has its first member on an event loop of this node, or has lost its last.
    func roomChanged(_ room: String, in namespace: NamespaceDefinition, isThere: Bool)
    /// Tells the other nodes something of this one; where nodes share no order of events, nobody.
    func tell(_ word: ClusterWord, in namespace: NamespaceDefinition)
    /// Hands sessions over to other nodes; `nil` where that is not possible.
    var sessions: (any SharedSessions)? { get }
    /// How many nodes there are, this one among them, as far as is known now.
    var nodeCount: Int { get }
}

/// What a server does to clients from outside.
package enum SocketsAct: Sendable, Equatable {
    case join([String])
    case leave([String])
    case disconnect(close: Bool)
}

/// The acks of clients of other nodes.
package struct RemoteAnswers: Sendable {
    /// The acks that came in time: each one value, with its attachments.
    package var answers: [ClusterPacket] = []
    /// Clients that got the event and did not answer in time.
    package var silentClients = 0
    /// Nodes that did not say in time how many clients they asked.
    package var silentNodes: [String] = []

    package init() {}
}

/// Clients of other nodes, as their nodes tell of them.
package struct RemoteSockets: Sendable {
    package struct Item: Sendable {
        package var id: String
        package var rooms: [String]
        /// What the node's application keeps with the client; a Gatehouse node gives `iss`, `sub` and `node`.
        package var data: JSONObject

        package init(id: String, rooms: [String], data: JSONObject) {
            self.id = id
            self.rooms = rooms
            self.data = data
        }
    }

    package var items: [Item] = []
    /// Nodes that did not answer in time.
    package var silentNodes: [String] = []

    package init() {}
}

/// The answers of other servers.
package struct ServerAnswers: Sendable {
    /// Each one value.
    package var answers: [JSONValue] = []
    /// Nodes that did not answer in time.
    package var silentNodes: [String] = []

    package init() {}
}
