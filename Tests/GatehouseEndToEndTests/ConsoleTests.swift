import GatehouseAudit
import Testing

@Suite("The console and the demo, in a browser", .serialized, .timeLimit(.minutes(10)))
struct ConsoleTests {
    private static let scenarios = [
        Scenario("CON-01: strict fields, for this machine alone until --console asks for more", "console.py", "headers"),
        Scenario("CON-01: no other page shows the console or reads it", "console.py", "framed"),
        Scenario("CON-01: the client module: packets, acks, timeouts, reconnects", "console.py", "client"),
        Scenario("CON-02: a sign-in says what is wrong, and keeps the token where it is asked to", "console.py", "sign-in"),
        Scenario("CON-03, CON-04, CON-08: staff act from a user's page, and the demo shows it at once", "console.py", "moderate"),
        Scenario("CON-03, CON-04: the story of a moderation: mute, undo, lock, ban, four eyes, audit", "console.py", "story"),
        Scenario("CON-03, MOD-69: a report is claimed and resolved; the policies' matrix, and the nodes", "console.py", "reports"),
        Scenario("CON-05: an act by the keyboard alone", "console.py", "keyboard"),
        Scenario("CON-05: contrast, names and sizes on every page, light", "console.py", "accessible", "light", "1280", "en"),
        Scenario("CON-05: contrast, names and sizes on every page, dark, in German", "console.py", "accessible", "dark", "1280", "de"),
        Scenario(
            "CON-05: contrast, names and sizes on every page, light, on a phone, in German", "console.py", "accessible", "light", "390",
            "de"),
        Scenario("CON-05: contrast, names and sizes on every page, dark, on a phone", "console.py", "accessible", "dark", "390", "en"),
        Scenario("CON-06: 5,000 sessions and 200 items a second", "console.py", "crowd"),
        Scenario("CON-07: hostile names, rooms, messages and reasons are text", "console.py", "hostile"),
    ]

    /// The shipped policies, so that the demo and the rooms are those that a developer meets.
    private func server() async throws -> RunningServer {
        try await RunningServer(in: try await ServerDirectory(try ServerDirectory.shipped("")))
    }

    @Test("driven in Chromium", arguments: scenarios)
    func scenario(_ scenario: Scenario) async throws {
        let server = try await server()
        let done = try await server.run(scenario)
        #expect(done.status == 0, "\(done.account)\n\(server.output.text)")
        let notes = try ScenarioNotes(done.output)
        #expect(await server.stop() == 0, "\(server.output.text)")
        notes.check(try AuditTrail(server.directory.audit), serverOutput: server.output.text)
    }

    @Test("CON-07, SEC-32: hostile strings in every field do nothing in console, command line, feed and logs")
    func hostileFields() async throws {
        let server = try await server()
        let done = try await server.run(Scenario("hostile fields", "hostile.py", "fields"))
        #expect(done.status == 0, "\(done.account)\n\(server.output.text)")
        let notes = try ScenarioNotes(done.output)
        #expect(await server.stop() == 0, "\(server.output.text)")
        let trail = try AuditTrail(server.directory.audit)
        notes.check(trail, serverOutput: server.output.text)
        // One line a record, by its number; nothing in it turns text round, moves a cursor or ends a line elsewhere.
        #expect(trail.lines.compactMap(\.sequence) == Array(1...Int64(trail.lines.count)))
        for text in [trail.text, server.output.text] {
            let raw = text.unicodeScalars.first { $0 != "\n" && AuditText.isHarmful($0) }
            #expect(raw == nil, "\(raw.map { String($0.value, radix: 16) } ?? "")")
        }
        #expect(!server.output.text.contains("\nFAKE"))
    }

    @Test("CON-02: staff sign in at an OpenID Connect issuer, by authorization code with PKCE")
    func issuer() async throws {
        let port = Int.random(in: 20_000..<32_000)
        let server = try await RunningServer(
            in: try await ServerDirectory(try ServerDirectory.shipped("")), "--console-issuer", "http://127.0.0.1:\(port)")
        let done = try await server.run(Scenario("an issuer", "console.py", "issuer", "\(port)"))
        #expect(done.status == 0, "\(done.account)\n\(server.output.text)")
        #expect(await server.stop() == 0, "\(server.output.text)")
    }

    @Test("CON-01: --no-console serves nothing, and --console beyond this machine's own names")
    func setting() async throws {
        let off = try await RunningServer(in: try await ServerDirectory(), "--no-console")
        #expect(!off.output.text.contains("console"))
        #expect(try await status(off, "127.0.0.1") == "404")
        #expect(await off.stop() == 0)
        let on = try await RunningServer(in: try await ServerDirectory(), "--console")
        #expect(try await status(on, "gateway.example") == "200")
        #expect(await on.stop() == 0)
    }

    private func status(_ server: RunningServer, _ host: String) async throws -> String {
        try await Command.run(
            "curl", ["-sk", "-o", "/dev/null", "-w", "%{http_code}", "-H", "Host: \(host)", server.url + "/console/"],
            in: server.directory.url
        ).output
    }
}
