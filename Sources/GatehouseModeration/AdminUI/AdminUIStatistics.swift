import EngineIO
import Gatehouse
import GatehouseJSON
import NIOConcurrencyHelpers

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// `server_stats`: this node in numbers.
struct AdminUIStatistics: Sendable {
    /// The UI calls a server unhealthy after ten seconds without.
    static let interval: Duration = .seconds(2)

    let json: JSONValue

    /// - Parameter events: what happened since the last time.
    init(_ now: ServerMeasurement, _ runtime: ServerRuntime, events: [JSONValue] = []) {
        let uptime = Double(max(0, runtime.clock.wallMilliseconds() - runtime.started)) / 1_000
        json = [
            "serverId": .string(runtime.node), "hostname": .string(runtime.node), "pid": .integer(Int64(getpid())),
            "uptime": .number(uptime),
            "clientsCount": .integer(Int64(now.connections)),
            "pollingClientsCount": .integer(Int64(now.transports[EngineTransportName.polling.rawValue] ?? 0)),
            "aggregatedEvents": .array(events),
            "namespaces": .array(
                now.namespaces.sorted { $0.key < $1.key }.map {
                    ["name": .string($0.key), "socketsCount": .integer(Int64($0.value))]
                }),
        ]
    }
}

/// What has happened between two `server_stats`. Any thread may use it.
final class AdminUITicks: Sendable {
    private struct State: Sendable {
        var received: UInt64
        var delivered: UInt64
        /// Connections are counted in windows of ten seconds.
        var opened: Int64
    }

    private static let window: Int64 = 10_000
    private let state = NIOLockedValueBox<State?>(nil)

    /// Nobody looks any more: what happens meanwhile is not told later as if it were new.
    func stop() { state.withLockedValue { $0 = nil } }

    /// - Parameter now: milliseconds since 1970.
    func events(_ measurement: ServerMeasurement, now: Int64) -> [JSONValue] {
        events(
            received: measurement.received, delivered: UInt64(clamping: measurement.counters.delivered),
            opened: measurement.connects.tenSeconds, now: now)
    }

    func events(received: UInt64, delivered: UInt64, opened: UInt64, now: Int64) -> [JSONValue] {
        state.withLockedValue { state in
            guard let last = state else {
                state = State(received: received, delivered: delivered, opened: now)
                return []
            }
            var events = [
                Self.event("packetsIn", received.subtractingReportingOverflow(last.received), now),
                Self.event("packetsOut", delivered.subtractingReportingOverflow(last.delivered), now),
            ]
            let isDue = now - last.opened >= Self.window
            if isDue { events.append(Self.event("rawConnection", (opened, false), now)) }
            state = State(received: received, delivered: delivered, opened: isDue ? now : last.opened)
            return events.compactMap { $0 }
        }
    }

    private static func event(_ type: String, _ count: (partialValue: UInt64, overflow: Bool), _ now: Int64) -> JSONValue? {
        guard !count.overflow, count.partialValue > 0 else { return nil }
        return [
            "timestamp": .integer(now - now % 1_000), "type": .string(type), "count": .integer(Int64(clamping: count.partialValue)),
        ]
    }
}
