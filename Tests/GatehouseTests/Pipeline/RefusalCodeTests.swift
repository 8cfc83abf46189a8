import GatehouseJSON
import GatehouseTesting
import Testing

@testable import Gatehouse

@Suite("The code of a deny rule")
struct RefusalCodeTests {
    private func server(connect: String = "", join: String = "", send: String = "", _ body: (TestServer) async throws -> Void) async throws
    {
        func section(_ deny: String, _ indent: String) -> String {
            deny.isEmpty ? "" : "\n\(indent)deny:\n\(indent)  - \(deny)"
        }
        let policies = TestPolicies().allowing(
            connect: "{ id: connect.users, when: { issuer: corp } }" + section(connect, "  "),
            join: "{ id: join.any, room: \"**\" }" + section(join, "    "),
            send: "{ id: send.any, event: [now, later, join, leave, say] }" + section(send, "  "))
        try await TestServer.with(PendingMount(ScriptGateway<Root>()), configure: { $0.policies = policies }, body)
    }

    @Test("POL-05: a refused event is answered with it", arguments: ["app.closed", "unavailable"])
    func event(_ code: String) async throws {
        try await server(send: "{ id: deny.now, event: now, code: \(code) }") { server in
            let client = try await server.join()
            #expect(try await client.emitWithAck("now", [["value": 1]]).first?["code"] == .string(code))
            #expect(try await client.emitWithAck("later", [["value": 1]]) == [1])
        }
    }

    @Test("POL-05: a refused join of a room is answered with it")
    func join() async throws {
        try await server(join: "{ id: deny.staff, room: staff, code: app.staff_only }") { server in
            let client = try await server.join()
            #expect(try await client.emitWithAck("join", [["room": "staff"]]).first?["code"] == "app.staff_only")
            #expect(try await client.emitWithAck("join", [["room": "other"]]) == [true])
        }
    }

    @Test("SEC-28: a refused connect is answered with it, unless no token was shown", arguments: ["app.suspended", "banned"])
    func connect(_ code: String) async throws {
        try await server(connect: "{ id: deny.guests, when: { roles: { any_of: [guest] } }, code: \(code) }") { server in
            await #expect { try await server.join(roles: ["guest"]) } throws: { "\($0)".contains(code) }
            let stranger = try await server.connect()
            await #expect { try await stranger.join("/", auth: [:]) } throws: { "\($0)".contains("unauthorized") }
            _ = try await server.join()
        }
    }
}
