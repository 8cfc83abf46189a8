import Foundation
import Testing

@Suite("The built server over TLS with python-socketio", .serialized)
struct EndToEndTests {
    /// Two at a time, each with a server of its own: most of a scenario is waiting.
    @Test("The main job, its refusals, and a record of each", arguments: Array(stride(from: 0, to: Scenario.all.count, by: 2)))
    func scenarios(_ first: Int) async throws {
        try await withThrowingTaskGroup { group in
            for scenario in Scenario.all[first...].prefix(2) { group.addTask { try await play(scenario) } }
            try await group.waitForAll()
        }
    }

    private func play(_ scenario: Scenario) async throws {
        let server = try await RunningServer(in: ServerDirectory())
        let client = try await server.run(scenario)
        // A client that failed may not have come so far as to stop the server.
        let status = await server.stop(scenario.stopsServer && client.status == 0 ? nil : SIGTERM)
        #expect(client.status == 0, "\(scenario.shows): \(client.errors)\nThe server said:\n\(server.output.text)")
        #expect(status == 0, "\(scenario.shows): the server ended with \(status):\n\(server.output.text)")
        guard client.status == 0 else { return }

        let notes = try ScenarioNotes(client.output)
        notes.check(try AuditTrail(server.directory.audit), serverOutput: server.output.text)
        let verdict = try await server.directory.gatehouse("audit", "verify", "var/audit")
        #expect(verdict.status == 0, "\(verdict.account)")
        if let id = notes.decisions.first?.id {
            let query = try await server.directory.gatehouse("audit", "query", "var/audit", "--decision", id, "--json")
            #expect(query.status == 0 && query.output.contains(id), "\(query.account)")
        }
    }
}
