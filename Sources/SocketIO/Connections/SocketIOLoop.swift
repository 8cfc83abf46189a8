package import EngineIO
package import GatehouseJSON
package import GatehouseNetwork
package import NIOCore

/// Socket.IO on one event loop: its share of every namespace, its decoder, its deadlines. Bound to that loop; nothing is locked.
///
/// Properties that each message uses are not checked for exclusive access: only the event loop touches them, and no change of one calls out.
package final class SocketIOLoop: EngineApplication {
    package let engine: EngineLoop
    /// For those who may outlive the loop.
    package let entrance: LoopEntrance
    package let server: SocketIOServer
    package let limits: SocketIOLimits
    package let jsonLimits: JSONLimits
    /// The declared namespaces, by their place in the server's list; `nil` where a pattern stands.
    private let declared: [LocalNamespace?]
    /// By name, the namespaces of patterns that have members on this loop. Bounded by the number of sockets.
    package private(set) var dynamicNamespaces: [String: LocalNamespace] = [:]
    /// In no order. A copy costs nothing, so that rounds over all of them begin at once.
    package private(set) var connections: [SocketIOConnection] = []
    package var counters = Counters()

    let headerLimits: PacketHeader.Limits
    @safe @exclusivity(unchecked) var decoder: PacketDecoder
    private let makeApplication: (SocketIOLoop) -> any SocketIOApplication
    @safe @exclusivity(unchecked) private var batchNow: NIODeadline?
    /// Numbers the deliveries of this loop, for ``Audience``.
    var delivery: UInt64 = 0
    /// The generation of the `receive` rules in force on this loop. An ``Audience`` of another one is renewed before it is asked.
    package var audienceGeneration: UInt64 = 0

    /// It refers to this loop; ``loopEnded()`` breaks the cycle.
    @safe @exclusivity(unchecked) private var started: (any SocketIOApplication)?
    private var hasEnded = false

    /// The layer above on this loop, made when it is first asked for.
    package var application: any SocketIOApplication { started ?? startApplication() }

    private func startApplication() -> any SocketIOApplication {
        let application = makeApplication(self)
        // Who still asks is a handler that has outlived the server.
        guard !hasEnded else { return application }
        started = application
        for namespace in namespaces { namespace.roomObserver = application.roomObserver(of: namespace.definition) }
        return application
    }

    /// Counters of packets.
    package struct Counters: Sendable {
        package var droppedAfterLeave = 0
        package var unknownAcks = 0
        package var droppedVolatile = 0
        package var delivered = 0
        /// Events of clients that have gone; for present clients ask their sockets.
        package var receivedFromClosed: UInt64 = 0

        package init() {}

        /// Adds what another loop counted.
        package mutating func add(_ other: Counters) {
            droppedAfterLeave += other.droppedAfterLeave
            unknownAcks += other.unknownAcks
            droppedVolatile += other.droppedVolatile
            delivered += other.delivered
            receivedFromClosed &+= other.receivedFromClosed
        }
    }

    /// On the engine's event loop only. Makes the loop reachable for broadcasts.
    package init(engine: EngineLoop, server: SocketIOServer, makeApplication: @escaping (SocketIOLoop) -> any SocketIOApplication) {
        self.engine = engine
        entrance = LoopEntrance(engine.eventLoop)
        self.server = server
        self.makeApplication = makeApplication
        limits = server.limits
        jsonLimits = server.jsonLimits
        headerLimits = PacketHeader.Limits(attachments: server.limits.attachments)
        decoder = PacketDecoder(limits: server.jsonLimits)
        var declared = [LocalNamespace?](repeating: nil, count: (server.namespaces.map(\.index).max() ?? -1) + 1)
        for definition in server.namespaces { declared[definition.index] = LocalNamespace(definition) }
        self.declared = declared
        server.register(self)
    }

    package var eventLoop: any EventLoop { engine.eventLoop }

    /// The time; within one batch of inbound messages it is read once.
    package var now: NIODeadline { batchNow ?? engine.now }

    func beginBatch() { if batchNow == nil { batchNow = engine.now } }

    func endOfBatch() { batchNow = nil }

    // MARK: EngineApplication

    package func loopEnded() {
        hasEnded = true
        started = nil
        for namespace in namespaces { namespace.roomObserver = nil }
    }

    package func letsIn(_ address: ClientAddress) -> Bool { application.letsIn(address) }

    package func admit(_ request: EngineRequest) -> EngineRefusal? { application.admit(request) }

    package func malformed(from address: ClientAddress) { application.malformed(from: address) }

    package func turnedAway(_ cause: TurnedAway, from address: ClientAddress) { application.turnedAway(cause, from: address) }

    package func unreadableHop(_ hop: String) { application.unreadableHop(hop) }

    package func strangerRefused(_ request: EngineRequest, _ difference: SessionDifference, session: (any EngineSessionDelegate)?) {
        application.strangerRefused(request, difference, on: session as? SocketIOConnection)
    }

    package func sessionOpened(_ session: EngineSession) -> any EngineSessionDelegate {
        let connection = SocketIOConnection(session: session, loop: self)
        connection.place = connections.count
        connections.append(connection)
        application.connectionOpened(connection)
        connection.reschedule()
        return connection
    }

    func forget(_ connection: SocketIOConnection) {
        guard connection.place < connections.count, connections[connection.place] === connection, let last = connections.popLast()
        else { return }
        guard last !== connection else { return }
        connections[connection.place] = last
        last.place = connection.place
    }

    // MARK: Namespaces

    /// All of this loop's namespaces.
    package var namespaces: [LocalNamespace] { declared.compactMap { $0 } + dynamicNamespaces.values }

    /// Finds the namespace of a CONNECT. An undeclared name is looked up only if it is spelled as a namespace.
    func definition(named bytes: Span<UInt8>, _ range: Range<Int>, text: () -> String) -> NamespaceDefinition? {
        for definition in server.namespaces where definition.isNamed(bytes, range) { return definition }
        return Namespace(text()).flatMap { server.definition($0) }
    }

    package func namespace(_ namespace: Namespace) -> LocalNamespace? {
        server.definition(namespace).flatMap { share(of: $0) }
    }

    /// This loop's share of a namespace; `nil` for one of a pattern that nobody on this loop is in.
    package func share(of definition: NamespaceDefinition) -> LocalNamespace? {
        if definition.isDynamic { return dynamicNamespaces[definition.namespace.name] }
        return declared.indices.contains(definition.index) ? declared[definition.index] : nil
    }

    /// The share that a socket is about to join. A pattern's namespace is created for its first member.
    func shareToJoin(_ definition: NamespaceDefinition) -> LocalNamespace {
        if let share = share(of: definition) { return share }
        let share = LocalNamespace(definition)
        share.roomObserver = application.roomObserver(of: definition)
        dynamicNamespaces[definition.namespace.name] = share
        return share
    }

    /// Forgets a namespace of a pattern when its last member on this loop has left.
    func forgetIfEmpty(_ namespace: LocalNamespace) {
        guard namespace.definition.isDynamic, namespace.everyone.members.isEmpty else { return }
        dynamicNamespaces[namespace.definition.namespace.name] = nil
    }
}

@available(*, unavailable)
extension SocketIOLoop: Sendable {}
