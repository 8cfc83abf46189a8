import EngineIO
import GatehouseJSON
package import GatehousePolicy
import GatehouseTLS
import GatehouseTokens
import NIOCore
import SocketIO

/// Every limit with the value in force (LIM-01), read from the layers' own configuration. The limits probe finds limits that are shown and
/// not enforced, and the reverse.
package struct EffectiveLimits: Sendable {
    package enum Value: Sendable, Hashable {
        case count(Int)
        case bytes(Int)
        case span(milliseconds: Int64)
        case rate(RateLimit)
        /// A count in a span of nanoseconds.
        case within(Int, Int64)
        /// There is none.
        case none
    }

    package struct Row: Sendable, Hashable {
        package let name: String
        package let value: Value
        /// The file that sets it; `configuration` for settings; `built in` for constants.
        package let source: String
    }

    package private(set) var rows: [Row] = []

    package init(_ configuration: Configuration, _ bundle: PolicyBundle) {
        let engine = configuration.engine(bundle)
        addTransport(engine)
        addMessages(configuration.socketIOLimits, configuration.jsonLimits)
        add("tls_handshake_timeout", configuration.tls.handshakeTimeout, builtIn)
        add("handler_timeout", TimeAmount(configuration.handlerTimeout))
        add("streams_per_connection", .count(configuration.limits.streamsPerConnection))
        add("drain_timeout", TimeAmount(configuration.drainTimeout))
        add("event_loops", .count(configuration.eventLoops))
        addConnections(engine.connections, bundle.global)
        for policy in bundle.namespaces.values.sorted(by: { $0.name < $1.name }) { add(policy, configuration) }
    }

    package subscript(name: String) -> Value? { rows.first { $0.name == name }?.value }

    private var builtIn: String { "built in" }

    private mutating func addTransport(_ engine: EngineConfiguration) {
        add("payload", .bytes(engine.maxPayload))
        add("fragments", .count(engine.fragments.fragments), builtIn)
        add("fragments.of_any_size", .count(engine.fragments.freeFragments), builtIn)
        add("fragments.least", .bytes(engine.fragments.leastFragment), builtIn)
        add("http.target", .bytes(engine.http.target), builtIn)
        add("http.field", .bytes(engine.http.field), builtIn)
        add("http.head", .bytes(engine.http.head), builtIn)
        add("http.fields", .count(engine.http.fields), builtIn)
        add("http.head_timeout", engine.timeouts.head, builtIn)
        add("http.body_timeout", engine.timeouts.body, builtIn)
        add("http.idle_timeout", engine.timeouts.idle, builtIn)
        add("http.answer_timeout", engine.timeouts.answer, builtIn)
        add("packets_per_payload", .count(engine.packetsPerPayload), builtIn)
        add("outbound_queue", .bytes(engine.outboundQueue))
        add("ping_interval", engine.pingInterval)
        add("ping_timeout", engine.pingTimeout)
        add("upgrade_timeout", engine.upgradeTimeout)
        add("unauthenticated.message", .bytes(min(engine.unauthenticatedMessage, engine.maxPayload)), builtIn)
        add("unauthenticated.outbound", .bytes(min(engine.unauthenticatedOutbound, engine.outboundQueue)), builtIn)
        add("unauthenticated.held", .bytes(engine.unauthenticatedHeld), builtIn)
    }

    private mutating func addMessages(_ limits: SocketIOLimits, _ json: JSONLimits) {
        add("connect_timeout", limits.connectTimeout)
        add("refusals_per_connection", .count(limits.refusalsPerConnection), builtIn)
        add("namespaces_per_connection", .count(limits.namespacesPerConnection))
        add("rooms_per_connection", .count(limits.roomsPerConnection))
        add("pending_acks", .count(limits.pendingAcksPerSocket), builtIn)
        add("queued_events", .count(limits.queuedEventsPerSocket))
        add("queued_event_bytes", .bytes(limits.queuedBytesPerConnection), builtIn)
        add("attachments", .count(limits.attachments))
        add("attachment_timeout", limits.attachmentTimeout, builtIn)
        add("name.namespace", .bytes(PacketHeader.Limits().namespaceBytes), builtIn)
        add("name.event", .bytes(PacketDecoder.eventNameBytes), builtIn)
        add("name.room", .bytes(RoomName.maximumBytes), builtIn)
        add("json.depth", .count(json.depth), builtIn)
        add("json.nodes", .count(json.nodes), builtIn)
        add("json.number", .count(json.numberCharacters), builtIn)
        add("token", .bytes(StrictToken.maximumBytes), builtIn)
    }

    private mutating func addConnections(_ connections: ConnectionLimits, _ global: GlobalSettings) {
        let file = "_global.yaml"
        add("connections.node", count(connections.node), file)
        add("connections.per_ip", count(connections.perAddress), file)
        add("connections.per_user", .count(global.connections.perUserOrDefault), file)
        add("connections.unauthenticated", count(connections.unauthenticated), file)
        add("ip.connects", rate(global.ipConnects), file)
        add("ip.failed_auth", rate(global.ipFailedAuth), file)
        add("ip.malformed", .rate(global.ipMalformed), file)
        let penalty = global.failedAuthPenalty
        add("ip.failed_auth_penalty.delay_after", .count(penalty.delayAfter), file)
        add("ip.failed_auth_penalty.max_delay", TimeAmount.nanoseconds(penalty.maxDelay), file)
        add("ip.failed_auth_penalty.ban_after", .within(penalty.banAfter, penalty.window), file)
        add("ip.failed_auth_penalty.ban_for", TimeAmount.nanoseconds(penalty.banFor), file)
    }

    private mutating func add(_ policy: NamespacePolicy, _ configuration: Configuration) {
        let (settings, limits, file) = (policy.settings, policy.settings.limits, policy.file)
        func name(_ limit: String) -> String { "\(policy.name) \(limit)" }
        if let payload = limits.payload { add(name("payload"), .bytes(min(Int(clamping: payload), configuration.limits.maxPayload)), file) }
        if let rooms = settings.maxRoomsPerConnection {
            add(name("rooms.max_per_connection"), .count(min(rooms, configuration.limits.roomsPerConnection)), file)
        }
        add(name("connection.connects"), rate(limits.connectionConnects), file)
        add(name("connection.messages"), rate(limits.connectionMessages), file)
        add(name("connection.bytes"), rate(limits.connectionBytes), file)
        add(name("user.connects"), rate(limits.userConnects), file)
        add(name("user.messages"), rate(limits.userMessages), file)
        add(name("user.bytes"), rate(limits.userBytes), file)
        if let connections = limits.userConnections { add(name("user.connections"), .count(connections), file) }
        add(name("ip.connects"), rate(limits.ipConnects), file)
        add(name("ip.failed_auth"), rate(limits.ipFailedAuth), file)
        if let violations = limits.violations {
            for (limit, count) in [("disconnect_after", violations.disconnectAfter), ("ban_after", violations.banAfter)] {
                if let count { add(name("violations.\(limit)"), .within(count, violations.window), file) }
            }
        }
        if let longest = settings.token.maxSession { add(name("token.max_session"), TimeAmount.nanoseconds(longest), file) }
    }

    private func count(_ value: Int?) -> Value { value.map { .count($0) } ?? .none }

    private func rate(_ value: RateLimit?) -> Value { value.map { .rate($0) } ?? .none }

    private mutating func add(_ name: String, _ value: Value, _ source: String = "configuration") {
        rows.append(Row(name: name, value: value, source: source))
    }

    private mutating func add(_ name: String, _ time: TimeAmount, _ source: String = "configuration") {
        add(name + "_ms", Value.span(milliseconds: time.nanoseconds / 1_000_000), source)
    }
}
