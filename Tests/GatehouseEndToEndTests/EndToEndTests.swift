import Foundation
import Testing

@Suite("The built server over TLS with python-socketio", .serialized)
struct EndToEndTests {
    @Test("The main job, its refusals, and a record of each", arguments: Scenario.all)
    func scenario(_ scenario: Scenario) async throws {
        let server = try await RunningServer(in: ServerDirectory())
        let client = try await server.run(scenario)
        // A client that failed may not have come so far as to stop the server.
        let status = await server.stop(scenario.stopsServer && client.status == 0 ? nil : SIGTERM)
        #expect(client.status == 0, "\(client.errors)\nThe server said:\n\(server.output.text)")
        #expect(status == 0, "the server ended with \(status):\n\(server.output.text)")
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
