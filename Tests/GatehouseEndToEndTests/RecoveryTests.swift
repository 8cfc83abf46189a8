import Foundation
import Testing

@Suite("Clients that go on where they were", .serialized, .timeLimit(.minutes(3)))
struct RecoveryTests {
    @Test("REC-07: the official JavaScript client recovers on both transports; python-socketio is served as it likes")
    func clients() async throws {
        var files = TestPolicies.files
        let chat = try #require(files["chat.yaml"])
        files["chat.yaml"] =
            chat.replacingOccurrences(
                of: "origin: { allow: [], allow_missing: true }",
                with: "origin: { allow: [\"http://app.example\"], allow_missing: true }"
            ) + "recovery: { window: 1m }\n"
        let directory = try await ServerDirectory(files)
        let server = try await RunningServer(in: directory, "--cors-origin", "http://app.example", "--cors-credentials")
        let done = try await server.run(Scenario("clients that come back", "recovery.py"))
        #expect(done.status == 0, "\(done.account)\n\(server.output.text)")
        #expect(done.output.split(separator: "\n").count { $0.hasPrefix("ok ") } == 4, "\(done.account)")
        #expect(await server.stop() == 0, "\(server.output.text)")
        let lines = try AuditTrail(directory.audit).lines
        #expect(lines.count { $0.event == "session.recovered" } == 2)
        // After the client has left by itself it asks again, in vain.
        #expect(lines.count { $0.event == "session.not_recovered" } == 2)
    }
}
