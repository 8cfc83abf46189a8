import Foundation
import GatehouseJSON
import GatehouseTesting
import Testing

@Suite("The built server over TLS with the Swift client", .serialized)
struct SwiftClientTests {
    private func token(_ directory: ServerDirectory, _ sub: String) async throws -> JSONObject {
        let issued = try await directory.gatehouse("token", "issue", "--sub", sub, "--role", "user")
        try #require(issued.status == 0, "\(issued.account)")
        return ["token": .string(issued.output.trimmingCharacters(in: .whitespacesAndNewlines))]
    }

    @Test("Messages, acks, a refusal and the end, over every transport", arguments: SocketIOClient.Transport.allCases)
    func mainJob(_ transport: SocketIOClient.Transport) async throws {
        let server = try await RunningServer(in: ServerDirectory())
        let authority = server.directory.url.appendingPathComponent("certs/dev-ca.pem").path
        let options = SocketIOClient.Options(transport: transport, authorityPath: authority)
        let alice = try await SocketIOClient.connect(server.url, options: options)
        let bob = try await SocketIOClient.connect(server.url, options: options)
        let refusal = await #expect(throws: ConnectRefused.self) { try await alice.join("/chat") }
        #expect(refusal?.code == "unauthorized")
        #expect(refusal?.decision?.isEmpty == false)

        for (client, name) in [(alice, "alice"), (bob, "bob")] {
            try await client.join("/chat", auth: try await token(server.directory, name))
            #expect(try await client.emitWithAck("join", [["room": "lobby:tea"]], in: "/chat") == [["room": "lobby:tea"]])
        }
        #expect(try await alice.event("presence.join", in: "/chat") == [["room": "lobby:tea", "user": "bob"]])
        let ack = try await alice.emitWithAck("message", [["room": "lobby:tea", "message": "hello"]], in: "/chat")
        #expect(ack.first?["id"]?.stringValue != nil && ack.first?["at"]?.integerValue != nil)
        #expect(try await bob.event("message", in: "/chat").first?["message"] == "hello")
        let denial = try await alice.emitWithAck("nonsense", [[:]], in: "/chat")
        #expect(denial.first?["code"] == "forbidden")
        try await alice.refute("message", in: "/chat", within: .milliseconds(1))

        async let status = server.stop()
        #expect(try await bob.event("system.closed", in: "/chat").first?["code"] == "shutdown")
        let reason = try await bob.closed()
        #expect(reason.side != .client)
        if transport != .polling { #expect(reason.code == 4000) }
        #expect(await status == 0, "\(server.output.text)")
    }

    @Test("A server whose authority is not trusted is not talked to")
    func untrusted() async throws {
        let server = try await RunningServer(in: ServerDirectory())
        let other = try await RunningServer(in: ServerDirectory())
        let authority = other.directory.url.appendingPathComponent("certs/dev-ca.pem").path
        for transport in SocketIOClient.Transport.allCases {
            let error = await #expect(throws: SocketIOClientError.self) {
                try await SocketIOClient.connect(server.url, options: .init(transport: transport, authorityPath: authority))
            }
            #expect(error?.code == .unreachable)
        }
    }
}
