package import EngineIO
package import GatehouseJSON
package import NIOCore

/// Socket.IO on one event loop: its share of every namespace, its decoder, its deadlines. Bound to that loop; nothing is locked.
package final class SocketIOLoop: EngineApplication {
    package let engine: EngineLoop
    package let server: SocketIOServer
    package let limits: SocketIOLimits
    package let jsonLimits: JSONLimits
    package let namespaces: [LocalNamespace]
    package private(set) var connections: [ObjectIdentifier: SocketIOConnection] = [:]
    package var counters = Counters()

    let headerLimits: PacketHeader.Limits
    var decoder: PacketDecoder
    private let makeApplication: (SocketIOLoop) -> any SocketIOApplication
    private var batchNow: NIODeadline?
    /// Numbers the deliveries of this loop, for ``Audience``.
    var delivery: UInt64 = 0
    /// The generation of the `receive` rules in force on this loop. An ``Audience`` of another one is renewed before it is asked.
    package var audienceGeneration: UInt64 = 0

    /// The layer above on this loop.
    package private(set) lazy var application: any SocketIOApplication = makeApplication(self)

    /// Things that happen to packets and that no one is told of at once.
    package struct Counters: Sendable {
        package var droppedAfterLeave = 0
        package var unknownAcks = 0
        package var droppedVolatile = 0
        package var delivered = 0

        package init() {}
    }

    /// On the engine's event loop only. Makes the loop reachable for broadcasts.
    package init(engine: EngineLoop, server: SocketIOServer, makeApplication: @escaping (SocketIOLoop) -> any SocketIOApplication) {
        self.engine = engine
        self.server = server
        self.makeApplication = makeApplication
        limits = server.limits
        jsonLimits = server.jsonLimits
        headerLimits = PacketHeader.Limits(attachments: server.limits.attachments)
        decoder = PacketDecoder(limits: server.jsonLimits)
        namespaces = server.namespaces.map { LocalNamespace($0) }
        server.register(self)
    }

    package var eventLoop: any EventLoop { engine.eventLoop }

    /// The time; within one batch of inbound messages it is read once.
    package var now: NIODeadline { batchNow ?? engine.now }

    func beginBatch() { if batchNow == nil { batchNow = engine.now } }

    func endOfBatch() { batchNow = nil }

    // MARK: EngineApplication

    package func admit(_ request: EngineRequest) -> EngineRefusal? { application.admit(request) }

    package func malformed(from address: String) { application.malformed(from: address) }

    package func sessionOpened(_ session: EngineSession) -> any EngineSessionDelegate {
        let connection = SocketIOConnection(session: session, loop: self)
        connections[ObjectIdentifier(connection)] = connection
        application.connectionOpened(connection)
        connection.reschedule()
        return connection
    }

    func forget(_ connection: SocketIOConnection) {
        connections[ObjectIdentifier(connection)] = nil
    }

    // MARK: Namespaces

    func definition(named bytes: Span<UInt8>, _ range: Range<Int>) -> NamespaceDefinition? {
        for namespace in namespaces where namespace.definition.isNamed(bytes, range) { return namespace.definition }
        return nil
    }

    package func namespace(_ namespace: Namespace) -> LocalNamespace? {
        namespaces.first { $0.definition.namespace == namespace }
    }
}

@available(*, unavailable)
extension SocketIOLoop: Sendable {}
