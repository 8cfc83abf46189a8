import SocketIO

extension Metric {
    /// What is kept for clients that come back, and of rooms' events.
    static func ofKeeping(_ runtime: ServerRuntime) -> [Metric] {
        var (sessions, messages, bytes): ([String: UInt64], [String: UInt64], [String: UInt64]) = ([:], [:], [:])
        var (recovered, replayed): (UInt64, UInt64) = (0, 0)
        var refused: [String: UInt64] = [:]
        for namespace in runtime.sockets.namespaces {
            guard let space = namespace.recovery else { continue }
            let counts = space.counts
            // Turned off and on again, it goes on counting.
            recovered &+= counts.recovered
            replayed &+= counts.replayed
            for (refusal, count) in counts.refused { refused[refusal.rawValue, default: 0] &+= count }
            guard space.isOn else { continue }
            let name = namespace.namespace.name
            sessions[name] = UInt64(clamping: counts.sessions)
            messages[name] = UInt64(clamping: counts.messages)
            bytes[name] = UInt64(clamping: counts.bytes)
        }
        let history = runtime.history.counts
        return [
            Metric("gatehouse_recovery_sessions", .gauge, "Sessions whose clients may come back.", by: "namespace", sessions),
            Metric("gatehouse_recovery_events", .gauge, "Events that are kept for clients that come back.", by: "namespace", messages),
            Metric(
                "gatehouse_recovery_bytes", .gauge, "What these events and sessions are counted as, in bytes.", by: "namespace", bytes),
            Metric("gatehouse_recovered_total", .counter, "Clients that came back to their sessions.", .count(recovered)),
            Metric("gatehouse_recovery_replayed_total", .counter, "Events that such clients had missed and got.", .count(replayed)),
            Metric(
                "gatehouse_recovery_refused_total", .counter, "Clients that asked for their sessions and began new ones.", by: "reason",
                refused),
            Metric("gatehouse_history_events", .gauge, "Events that are kept of rooms.", .count(history.events)),
            Metric("gatehouse_history_bytes", .gauge, "What these events are counted as, in bytes.", .count(history.bytes)),
        ]
    }
}
