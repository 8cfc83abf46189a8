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
}
