import Foundation
import Testing

@Suite("Pages of other origins, in a browser", .serialized, .timeLimit(.minutes(3)))
struct BrowserTests {
    @Test("SEC-04: a page that --cors-origin names connects by long-polling; one that only a policy names cannot read its answers")
    func crossOrigin() async throws {
        let directory = try await ServerDirectory()
        let file = directory.url.appendingPathComponent("policies/chat.yaml")
        let text = try String(contentsOf: file, encoding: .utf8)
        let origins = "origin: { allow: [\"http://app.example\", \"http://other.example\"], allow_missing: true }"
        try Data(text.replacingOccurrences(of: "origin: { allow: [], allow_missing: true }", with: origins).utf8).write(to: file)
        let server = try await RunningServer(in: directory, "--cors-origin", "http://app.example", "--cors-credentials")
        let done = try await server.run(Scenario("two pages", "pages.py"))
        #expect(done.status == 0, "\(done.account)\n\(server.output.text)")
        #expect(done.output.split(separator: "\n").count { $0.hasPrefix("ok ") } == 2, "\(done.account)")
        #expect(await server.stop() == 0, "\(server.output.text)")
        // Both were served: what a page may read is the browser's business.
        #expect(try AuditTrail(directory.audit).lines.count { $0.event == "conn.opened" } == 2)
    }

    /// The test policies with another `origin` for /chat, and a wide limit for what honest clients open.
    private func directory(origin: String, _ global: String = "") async throws -> ServerDirectory {
        var files = TestPolicies.files
        let chat = try #require(files["chat.yaml"])
        files["chat.yaml"] = chat.replacingOccurrences(of: "origin: { allow: [], allow_missing: true }", with: "origin: \(origin)")
        if !global.isEmpty {
            let text = try #require(files["_global.yaml"])
            files["_global.yaml"] = text.components(separatedBy: "limits:")[0] + global
        }
        return try await ServerDirectory(files)
    }

    @Test("SEC-03: a page of the gateway's own origin connects, by polling alone too, where no program may")
    func sameOrigin() async throws {
        let directory = try await directory(origin: "{ same_origin: true, allow_missing: false }")
        let admin = try #require(TestPolicies.files["admin.yaml"])
        try directory.write(admin.replacingOccurrences(of: "allow_missing: true", with: "allow_missing: false"), to: "policies/admin.yaml")
        let server = try await RunningServer(in: directory)
        let done = try await server.run(Scenario("a page of the own origin", "origins.py", "own"))
        #expect(done.status == 0, "\(done.account)\n\(server.output.text)")
        #expect(done.output.split(separator: "\n").count { $0.hasPrefix("ok ") } == 3, "\(done.account)")
        #expect(await server.stop() == 0, "\(server.output.text)")
        #expect(try AuditTrail(directory.audit).lines.count { $0.event == "conn.opened" } == 3)
    }

    @Test("SEC-A: a hostile page opens nothing, and changes nothing for honest clients behind the same address")
    func hostilePage() async throws {
        // One malformed request of the address would shut it out, and so would one session more than the honest ones.
        let directory = try await directory(
            origin: "{ allow: [], allow_missing: true }", "limits:\n  ip: { connects: 1/h burst 48, malformed: 1/h burst 1 }\n")
        let server = try await RunningServer(in: directory)
        let done = try await server.run(Scenario("a hostile page", "origins.py", "hostile"))
        #expect(done.status == 0, "\(done.account)\n\(server.output.text)")
        #expect(done.output.contains("ok 48"), "\(done.account)")
        print(done.output)
        #expect(await server.stop() == 0, "\(server.output.text)")
        let trail = try AuditTrail(directory.audit)
        #expect(trail.lines.count { $0.event == "conn.opened" } == 48)
        #expect(trail.lines.contains { $0.event == "conn.rejected" })
    }
}
