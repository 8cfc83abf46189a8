import GatehouseAudit
import GatehouseJSON
import GatehouseTesting
import GatehouseTokens
import NIOCore
import SocketIO
import Testing

@testable import Gatehouse
@testable import GatehouseModeration

@Suite("Changes that are only asked about")
struct DryRunTests {
    struct Act: Sendable, CustomTestStringConvertible {
        var event: String
        var payload: JSONObject
        /// What the answer counts.
        var count: String
        /// How many that are with Alice on two connections, in a room with one of them, and the moderator.
        var expected: Int64

        var testDescription: String { "\(event) \(JSONValue.object(payload).serialized)" }
    }

    private static let alice: JSONValue = ["iss": .string(TestTokens.iss), "sub": "alice"]

    static let acts: [Act] = [
        Act(event: "session.kick", payload: ["user": alice], count: "closed", expected: 2),
        Act(event: "session.kick", payload: ["user": alice, "ns": "/", "rejoin_after_s": 60], count: "closed", expected: 2),
        Act(event: "token.revoke", payload: ["user": alice], count: "closed", expected: 2),
        Act(event: "user.reauth", payload: ["user": alice, "within_s": 5], count: "asked", expected: 2),
        Act(event: "announce", payload: ["text": "soon"], count: "delivered", expected: 3),
        Act(event: "announce", payload: ["text": "soon", "ns": "/", "room": "red"], count: "delivered", expected: 1),
    ]

    private func server(_ body: (TestServer) async throws -> Void) async throws {
        try await TestServer.with(
            PendingMount(ScriptGateway<Root>()), PendingMount(AdminGateway(store: .inMemory())),
            configure: {
                $0.policies = TestPolicies().allowing(more: "token: { on_expiry: refresh, refresh: { window: 60s } }").allowing("/admin")
            }, body)
    }

    private func ask(_ client: SocketIOClient, _ act: Act, id: String, isDry: Bool) async throws -> JSONValue {
        var payload = act.payload
        payload["request_id"] = .string(id)
        payload["reason"] = "test"
        if isDry { payload["dry_run"] = true }
        return try #require(try await client.emitWithAck(act.event, [.object(payload)], in: "/admin").first)
    }

    @Test(
        "MOD-33: a dry run has the counts of the change, and changes nothing but the audit; the change may follow under its id",
        arguments: acts)
    func counts(_ act: Act) async throws {
        try await server { server in
            let clients = [try await server.join("alice"), try await server.join("alice", over: .polling)]
            try await clients[0].emitWithAck("join", [["room": "red"]])
            // A token of this second is not older than a request of this second.
            try await server.advance(.seconds(1))
            let staff = try await server.join("mo", roles: ["moderator"], in: "/admin")
            let id = ULIDGenerator.shared.next().description
            for _ in 0..<2 {
                let answer = try await ask(staff, act, id: id, isDry: true)
                #expect(answer["dry_run"] == true && answer[act.count] == .integer(act.expected), "\(answer.serialized)")
                let record = try #require(try await server.records("admin.\(act.event)").last)
                #expect(record["seq"] == answer["audit_seq"] && record["detail"]?["stage"] == "dry_run")
                #expect(record["detail"]?[act.count] == .integer(act.expected))
            }
            for client in clients {
                #expect(try await client.emitWithAck("now", [["value": 1]]) == [1])
                for event in ["system.announcement", "auth.expiring", "system.closed"] { try await client.refute(event, within: .zero) }
            }
            #expect(server.runtime.revocations.count == 0)
            // Nobody is kept out, nor is an old token refused.
            _ = try await server.join("alice").close()
            try await server.eventually { try await server.sum { _ in 1 } == 3 }

            let answer = try await ask(staff, act, id: id, isDry: false)
            #expect(answer["dry_run"] == nil && answer[act.count] == .integer(act.expected))
        }
    }

    @Test("MOD-20, MOD-33: a dry run is refused as the change would be")
    func refused() async throws {
        try await server { server in
            _ = try await server.join("alice", roles: ["admin"])
            let staff = try await server.join("mo", roles: ["moderator"], in: "/admin")
            for act in Self.acts.prefix(4) {
                let answer = try await ask(staff, act, id: ULIDGenerator.shared.next().description, isDry: true)
                #expect(answer["code"] == "rank")
            }
            let nobody = Act(
                event: "session.kick", payload: ["user": ["iss": .string(TestTokens.iss), "sub": "nobody"]], count: "", expected: 0)
            #expect(try await ask(staff, nobody, id: ULIDGenerator.shared.next().description, isDry: true)["code"] == "not_found")
        }
    }
}
