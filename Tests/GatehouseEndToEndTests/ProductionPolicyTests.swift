import Foundation
import GatehouseJSON
import GatehouseTesting
import Testing

@Suite("The shipped production policies", .serialized)
struct ProductionPolicyTests {
    private static let room: JSONValue = ["room": "tenant:acme:general"]

    /// They as they are shipped, with what they leave to the operator: a certificate that is not of development, and the issuers' keys.
    private func directory(_ issuers: ProductionIssuers) async throws -> ServerDirectory {
        let directory = try await ServerDirectory(ServerDirectory.shipped("examples/production"))
        let made = try await Command.run(
            "sh",
            [
                "-c",
                "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=gatehouse.example "
                    + "-addext subjectAltName=IP:127.0.0.1 -keyout chain-key.pem -out chain.pem && chmod 600 chain-key.pem",
            ], in: directory.url)
        try #require(made.status == 0, "\(made.account)")
        for (name, text) in try issuers.keySets { try directory.write(text, to: "keys/" + name) }
        return directory
    }

    @Test("gatehouse serve --strict starts with them; who has the tenant and the scopes joins, writes and reads, and nobody else")
    func served() async throws {
        let issuers = try ProductionIssuers()
        let directory = try await directory(issuers)
        let check = try await directory.gatehouse("policy", "check", "--root", "keys", "policies")
        #expect(check.status == 0, "\(check.account)")
        let server = try await RunningServer(
            in: directory, "--strict", "--root", "keys", "--cert", "chain.pem", "--key", "chain-key.pem")

        let authority = directory.url.appendingPathComponent("chain.pem").path
        func connect(from origin: String = "https://app.example.com") async throws -> SocketIOClient {
            try await SocketIOClient.connect(server.url, options: .init(authorityPath: authority, headers: [("Origin", origin)]))
        }
        var members: [SocketIOClient] = []
        for name in ["alice", "bob"] {
            let client = try await connect()
            try await client.join("/chat", auth: issuers.user(name, scopes: "chat:connect chat:read chat:write"))
            #expect(try await client.emitWithAck("join", [Self.room], in: "/chat") == [Self.room])
            members.append(client)
        }
        let (alice, bob) = (members[0], members[1])
        #expect(try await alice.event("presence.join", in: "/chat").first?["user"] == "bob")
        let ack = try await alice.emitWithAck("message", [["room": "tenant:acme:general", "message": "hello"]], in: "/chat").first
        #expect(ack?["id"]?.stringValue != nil, "\(ack?.serialized ?? "")")
        #expect(try await bob.event("message", in: "/chat").first?["message"] == "hello")
        #expect(try await alice.emitWithAck("join", [["room": "tenant:evil:general"]], in: "/chat").first?["code"] == "forbidden")

        let unscoped = try await connect()
        let refusal = await #expect(throws: ConnectRefused.self) {
            try await unscoped.join("/chat", auth: issuers.user("carol", scopes: "chat:read"))
        }
        #expect(refusal?.code == "forbidden")
        // Staff come from the office's network, which this is not.
        let staff = try await connect(from: "https://ops.example.com")
        let away = await #expect(throws: ConnectRefused.self) { try await staff.join("/admin", auth: issuers.staff("mo", "moderator")) }
        #expect(away?.code == "forbidden")
        #expect(await server.stop() == 0, "\(server.output.text)")
    }
}
