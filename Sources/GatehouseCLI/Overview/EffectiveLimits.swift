import Gatehouse
import GatehouseJSON
import GatehousePolicy

/// Every limit that is in force, with the value that is really used (LIM-01).
struct EffectiveLimits {
    struct Row {
        let name: String
        let value: JSONValue
        let text: String
        let source: String
    }

    private(set) var rows: [Row] = []

    init(_ configuration: Configuration, _ bundle: PolicyBundle) {
        let limits = configuration.limits
        add("payload", bytes: limits.maxPayload)
        add("outbound_queue", bytes: limits.outboundQueue)
        add("ping_interval", limits.pingInterval)
        add("ping_timeout", limits.pingTimeout)
        add("upgrade_timeout", limits.upgradeTimeout)
        add("connect_timeout", limits.connectTimeout)
        add("handler_timeout", configuration.handlerTimeout)
        add("drain_timeout", configuration.drainTimeout)
        add("namespaces_per_connection", limits.namespacesPerConnection)
        add("rooms_per_connection", limits.roomsPerConnection)
        add("queued_events", limits.queuedEvents)
        add("attachments", limits.attachments)
        add("event_loops", configuration.eventLoops)
        let global = "_global.yaml"
        add("connections.node", bundle.global.connections.node, global)
        add("connections.per_ip", bundle.global.connections.perIP, global)
        add("connections.per_user", bundle.global.connections.perUser, global)
        add("connections.unauthenticated", bundle.global.connections.unauthenticated, global)
        add("ip.connects", bundle.global.ipConnects, global)
        add("ip.failed_auth", bundle.global.ipFailedAuth, global)
        for policy in bundle.namespaces.values.sorted(by: { $0.name < $1.name }) { add(policy) }
    }

    private mutating func add(_ policy: NamespacePolicy) {
        let (settings, file) = (policy.settings, policy.file)
        func name(_ limit: String) -> String { "\(policy.name) \(limit)" }
        if let payload = settings.limits.payload { add(name("payload"), bytes: Int(clamping: payload), file) }
        add(name("rooms.max_per_connection"), settings.maxRoomsPerConnection, file)
        add(name("connection.messages"), settings.limits.connectionMessages, file)
        add(name("connection.bytes"), settings.limits.connectionBytes, file)
        add(name("user.messages"), settings.limits.userMessages, file)
        add(name("user.bytes"), settings.limits.userBytes, file)
        add(name("user.connections"), settings.limits.userConnections, file)
        add(name("ip.connects"), settings.limits.ipConnects, file)
        add(name("ip.failed_auth"), settings.limits.ipFailedAuth, file)
        if let violations = settings.limits.violations {
            let window = TimeSpan.text(violations.window)
            for (limit, count) in [("disconnect_after", violations.disconnectAfter), ("ban_after", violations.banAfter)] {
                guard let count else { continue }
                rows.append(
                    Row(
                        name: name("violations.\(limit)"), value: .integer(Int64(count)), text: "\(count) in \(window)", source: file))
            }
        }
        if let longest = settings.token.maxSession { add(name("token.max_session"), .nanoseconds(longest), file) }
    }

    private mutating func add(_ name: String, _ count: Int?, _ source: String = "configuration") {
        guard let count else { return }
        rows.append(Row(name: name, value: .integer(Int64(count)), text: String(count), source: source))
    }

    private mutating func add(_ name: String, bytes: Int, _ source: String = "configuration") {
        rows.append(Row(name: name, value: .integer(Int64(bytes)), text: ByteCount.text(Int64(bytes)), source: source))
    }

    private mutating func add(_ name: String, _ duration: Duration, _ source: String = "configuration") {
        let (seconds, attoseconds) = duration.components
        let milliseconds = seconds &* 1_000 &+ attoseconds / 1_000_000_000_000_000
        rows.append(
            Row(name: name + "_ms", value: .integer(milliseconds), text: TimeSpan.text(milliseconds &* 1_000_000), source: source))
    }

    private mutating func add(_ name: String, _ rate: RateLimit?, _ source: String) {
        guard let rate else { return }
        rows.append(Row(name: name, value: .string(rate.description), text: rate.description, source: source))
    }

    var table: TextTable {
        var table = TextTable("LIMIT", "VALUE", "FROM")
        for row in rows { table.add(row.name, row.text, row.source) }
        return table
    }

    var json: JSONValue { .object(JSONObject(members: rows.map { ($0.name, $0.value) })) }
}
