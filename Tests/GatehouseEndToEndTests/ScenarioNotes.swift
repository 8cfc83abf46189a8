import Testing

/// What a scenario printed for its audit records to be checked by.
struct ScenarioNotes {
    var decisions: [(events: [String], id: String)] = []
    var events: [String] = []
    var secrets: [String] = []

    init(_ output: String) throws {
        for line in output.split(separator: "\n") {
            let words = line.split(separator: " ", maxSplits: 1).map(String.init)
            let rest = try #require(words.dropFirst().first, "a note without content: \(line)")
            switch words.first {
            case "event": events.append(rest)
            case "secret": secrets.append(rest)
            case "audit":
                let parts = rest.split(separator: " ").map(String.init)
                try #require(parts.count == 2, "an audit note has events and a decision: \(line)")
                decisions.append((parts[0].split(separator: "|").map(String.init), parts[1]))
            default: Issue.record("not a note: \(line)")
            }
        }
    }

    /// AUD-05, AUD-04: each decision in exactly one record, each event in one at least, no secret anywhere.
    func check(_ trail: AuditTrail, serverOutput: String) {
        for (events, id) in decisions {
            let found = trail.lines.filter { $0.decision == id }.map(\.event)
            #expect(found.count == 1 && events.contains(found.first ?? ""), "decision \(id) is in \(found), due is one of \(events)")
        }
        for event in events {
            #expect(trail.lines.contains { $0.event == event }, "no record of \(event)")
        }
        for secret in secrets {
            #expect(!trail.text.contains(secret), "the audit log holds \(secret)")
            #expect(!serverOutput.contains(secret), "the server printed \(secret)")
        }
    }
}
