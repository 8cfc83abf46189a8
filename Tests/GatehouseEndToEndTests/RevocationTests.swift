import Foundation
import GatehouseJSON
import GatehouseTesting
import Testing

@Suite("Revocation and the built server's end", .serialized)
struct RevocationTests {
    private func issue(_ directory: ServerDirectory, _ sub: String, _ role: String) async throws -> String {
        let issued = try await directory.gatehouse("token", "issue", "--sub", sub, "--role", role)
        try #require(issued.status == 0, "\(issued.account)")
        return issued.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    @Test("SEC-17: a token that was revoked before SIGKILL is refused by the next server, and another one is not")
    func killed() async throws {
        let directory = try await ServerDirectory()
        let first = try await RunningServer(in: directory)
        let (stolen, good) = (try await issue(directory, "alice", "user"), try await issue(directory, "bob", "user"))
        let staff = directory.url.appendingPathComponent("staff.jwt").path
        try Data(try await issue(directory, "mo", "moderator").utf8).write(to: URL(fileURLWithPath: staff))
        let done = try await directory.gatehouse(
            "admin", "revoke", "--user", "alice", "--reason", "stolen", "--url", first.url, "--ca", "certs/dev-ca.pem", "--token-file",
            staff)
        #expect(done.status == 0 && done.output.hasPrefix("revoked; closed 0"), "\(done.account)")
        #expect(await first.stop(SIGKILL) == -SIGKILL)

        let second = try await RunningServer(in: directory)
        let authority = directory.url.appendingPathComponent("certs/dev-ca.pem").path
        let client = try await SocketIOClient.connect(second.url, options: .init(authorityPath: authority))
        let refusal = await #expect(throws: ConnectRefused.self) { try await client.join("/chat", auth: ["token": .string(stolen)]) }
        #expect(refusal?.code == "token_revoked")
        try await client.join("/chat", auth: ["token": .string(good)])
        #expect(await second.stop() == 0, "\(second.output.text)")
    }

    @Test("MOD-52: a damaged store refuses the start with exit code 78 and one line")
    func damaged() async throws {
        let directory = try await ServerDirectory()
        let first = try await RunningServer(in: directory)
        #expect(await first.stop() == 0)
        let file = directory.url.appendingPathComponent("var/moderation.sqlite")
        let handle = try FileHandle(forWritingTo: file)
        try handle.truncate(atOffset: 100)
        try handle.close()
        let done = try await Command.run(try GatehouseBinary.path(), ["serve", "--port", "0"], in: directory.url, limit: 20)
        #expect(done.status == 78 && done.errors.contains("moderation.sqlite"), "\(done.account)")
        #expect(done.errors.split(separator: "\n").count == 1, "\(done.account)")
    }
}
