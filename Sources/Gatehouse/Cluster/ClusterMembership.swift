package import GatehouseAudit

/// What makes a server one of several nodes. It is started before the server listens, and stopped after its clients have gone.
package protocol ClusterMembership: AnyObject, Sendable {
    /// Joins the cluster.
    /// - Throws: ``StartError`` when the others cannot be reached, and must be.
    func start(_ runtime: ServerRuntime) async throws(StartError)
    /// Leaves the cluster.
    func stop() async
    /// The log of what staff did, for all nodes.
    var log: any SharedLog { get }
    /// What the nodes know their own words by; `nil`: everybody's word at Redis is taken.
    var key: MessageSeal? { get }
    /// Whether clients are let in before it is known what staff did elsewhere.
    var servesBehind: Bool { get }
    /// What is known now; at once, from any thread.
    var status: ClusterStatus { get }
    /// The same with all counters.
    func measure() async -> ClusterStatus
}

/// The state of a node's membership in its cluster.
package struct ClusterStatus: Sendable {
    /// Another Gatehouse node, or this one.
    package struct Node: Sendable, Equatable {
        package var name: String
        package var uid: String
        package var policyGeneration: Int
        package var policyHash: String

        package init(name: String, uid: String, policyGeneration: Int, policyHash: String) {
            self.name = name
            self.uid = uid
            self.policyGeneration = policyGeneration
            self.policyHash = policyHash
        }
    }

    package let adapter: String
    /// Without a password.
    package let address: String
    /// This node's id in the messages of its adapter.
    package let uid: String
    /// Whether newcomers are turned away while the others cannot be reached.
    package let isRequired: Bool
    /// Whether all connections to Redis are open.
    package var isConnected = false
    /// Whether the connection is open over which this node publishes; until it is, messages for other nodes wait.
    package var isSending = false
    /// Whether the user or the password is not taken.
    package var isRefused = false
    /// Whether what answers is no Redis that could be used, such as a Sentinel.
    package var isUnsupported = false
    package var lastError: String?
    /// The Gatehouse nodes that live, this one among them; empty until the first heartbeat.
    package var nodes: [Node] = []
    package var published = 0
    package var received = 0
    package var refused: [String: Int] = [:]
    package var overLimit = 0
    /// Messages that wait for Redis, and their bytes.
    package var backlog = 0
    package var backlogBytes = 0
    /// Messages that found no room while Redis was away.
    package var dropped = 0
    /// Messages whose connection ended before Redis answered: some of them are lost.
    package var unanswered = 0
    package var refusedByRedis = 0
    package var connections = 0

    package init(adapter: String, address: String, uid: String, isRequired: Bool) {
        self.adapter = adapter
        self.address = address
        self.uid = uid
        self.isRequired = isRequired
    }
}
