import Foundation
import Testing

@Suite("CON-09: the Socket.IO Admin UI", .serialized, .timeLimit(.minutes(5)))
struct AdminUITests {
    /// The shipped policies with the shipped example beside them, for the test's page and for programs.
    private func policies(isOpen: Bool) throws -> [String: String] {
        var files = try ServerDirectory.shipped("")
        var text = try #require(files["examples/admin-ui.yaml"])
        text = text.replacingOccurrences(
            of: "allow: [\"http://127.0.0.1:8080\"], allow_missing: false", with: "allow: [\"http://ui.example\"], allow_missing: true")
        text = text.replacingOccurrences(of: "transports: [websocket]", with: "transports: [websocket, polling]")
        if isOpen {
            for sign in ["# send:", "#   allow:", "#     - { id: aui."] {
                #expect(text.contains(sign))
                text = text.replacingOccurrences(of: sign, with: " " + sign.dropFirst())
            }
            text = text.replacingOccurrences(of: "\n  send:\n    allow:\n      -", with: "\nsend:\n  allow:\n    -")
            text = text.replacingOccurrences(of: "      - { id: aui.sockets", with: "    - { id: aui.sockets")
        }
        files["admin-ui.yaml"] = text
        return files
    }

    @Test("spoken by python-socketio, and by the official client in Chromium", arguments: ["numbers", "acts", "page"])
    func spoken(_ scenario: String) async throws {
        let server = try await RunningServer(
            in: try await ServerDirectory(try policies(isOpen: scenario != "numbers")), "--admin-ui", "--cors-origin", "http://ui.example",
            "--cors-credentials")
        let done = try await server.run(Scenario(scenario, "adminui.py", scenario))
        #expect(done.status == 0, "\(done.account)\n\(server.output.text)")
        let notes = try ScenarioNotes(done.output.split(separator: "\n").filter { !$0.hasPrefix("ok ") }.joined(separator: "\n"))
        #expect(await server.stop() == 0, "\(server.output.text)")
        notes.check(try AuditTrail(server.directory.audit), serverOutput: server.output.text)
    }

    @Test("without the flag nobody serves it, and with it no policy means no start")
    func flag() async throws {
        let missing = try await ServerDirectory(try ServerDirectory.shipped(""))
        #expect(try await missing.gatehouse("serve", "--port", "0", "--admin-ui").status == 78)
        let unasked = try await ServerDirectory(try policies(isOpen: true))
        let refused = try await unasked.gatehouse("serve", "--port", "0")
        #expect(refused.status == 78 && refused.account.contains("--admin-ui"), "\(refused.account)")
        // The commands that read policies know what a server may be asked for.
        for directory in [missing, unasked] {
            let checked = try await directory.gatehouse("policy", "check", "policies")
            #expect(checked.status == 0, "\(checked.account)")
        }
    }
}
