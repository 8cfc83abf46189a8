import GatehouseAudit
import GatehouseJSON
import GatehouseTesting

/// What the tests of staff's acts on tokens have in common.
enum AdminScript {
    static let policies = TestPolicies(global: "limits:\n  connections: { node: 1000, per_ip: 500, per_user: 500, unauthenticated: 500 }\n")
        .allowing(more: "token: { on_expiry: refresh, refresh: { window: 60s } }").allowing("/side")
        .allowing("/admin", connect: "{ id: admin.staff, when: { roles: { any_of: [moderator, admin] } } }")

    static func staff(_ server: TestServer, _ subject: String = "mod", lifetime: Int64 = 86_400) async throws -> SocketIOClient {
        try await server.join(subject, roles: ["moderator"], lifetime: lifetime, in: "/admin")
    }

    static func user(_ subject: String) -> JSONValue { ["iss": .string(TestTokens.iss), "sub": .string(subject)] }

    static func ask(_ client: SocketIOClient, _ event: String, _ request: JSONObject) async throws -> JSONValue? {
        var request = request
        request["request_id"] = .string(ULIDGenerator.shared.next().description)
        request["reason"] = "test"
        return try await client.emitWithAck(event, [.object(request)], in: "/admin").first
    }
}
