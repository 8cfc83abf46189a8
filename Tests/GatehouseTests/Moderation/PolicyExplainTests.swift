import GatehouseAudit
import GatehouseJSON
import GatehousePolicy
import GatehouseTestSupport
import GatehouseTesting
import NIOCore
import Testing

@testable import Gatehouse
@testable import GatehouseModeration

@Suite("policy.explain: why a client was refused")
struct PolicyExplainTests {
    private static let policies = TestPolicies().allowing(
        connect: "{ id: root.connect, when: { roles: { any_of: [user, moderator] } } }",
        join: "{ id: root.join, room: \"user:{sub}\" }",
        send: "{ id: send.now, event: now, when: { roles: { any_of: [writer] } } }\n"
            + "    - { id: send.big, event: now, when: { claims: { \"/tier\": { equals: gold } } } }\n"
            + "    - { id: send.later, event: later, rate: { connection: 1/m burst 1 } }\n    - { id: send.rest, event: [join, say] }"
    ).allowing("/admin", connect: "{ id: admin.staff, when: { roles: { any_of: [moderator] } } }")

    private func server(_ body: (TestServer, SocketIOClient) async throws -> Void) async throws {
        try await TestServer.with(
            PendingMount(ScriptGateway<Root>()), PendingMount(AdminGateway(store: .inMemory())), configure: { $0.policies = Self.policies }
        ) { server in
            try await body(server, try await server.join("mo", roles: ["moderator"], in: "/admin"))
        }
    }

    private func explain(_ staff: SocketIOClient, _ decision: JSONValue?) async throws -> JSONValue {
        try #require(try await staff.emitWithAck("policy.explain", [["decision": decision ?? "?"]], in: "/admin").first)
    }

    private func rule(_ id: String, of account: JSONValue) -> JSONValue? {
        account["rules"]?.arrayValue?.first { $0["id"]?.stringValue == id }
    }

    @Test("POL-30, POL-32: of a refused event staff see the rule, what each near miss lacked, the generation, who asked, and for what")
    func event() async throws {
        try await server { server, staff in
            let alice = try await server.join("alice")
            let refusal = try #require(try await alice.emitWithAck("now", [["value": "secret"]]).first)
            #expect(Set(refusal.objectValue?.members.map(\.key) ?? []) == ["status", "code", "message", "decision"])
            let account = try await explain(staff, refusal["decision"])
            #expect(account["rule"] == "builtin.default" && account["reason"] == "no_matching_allow" && account["effect"] == "deny")
            #expect(account["generation"] == 1 && account["event"] == "msg.denied" && account["action"] == "send:now")
            #expect(account["resource"] == ["ns": "/", "event": "now"] && account["time"] == .integer(server.clock.wallMilliseconds))
            #expect(account["subject"]?["sub"] == "alice" && account["subject"]?["roles"] == ["user"])
            #expect(rule("send.now", of: account)?["outcome"] == "failed")
            #expect(rule("send.now", of: account)?["condition"]?.stringValue?.contains("roles") == true)
            #expect(rule("send.big", of: account)?["condition"]?.stringValue?.contains("/tier") == true)
            #expect(rule("send.rest", of: account) == nil, "it speaks of other events")
            #expect(!account.serialized.contains("secret"))
            let record = try #require(try await server.records("admin.policy.explain").first)
            #expect(record["actor"]?["sub"] == "mo" && record["target"]?["ref"] == refusal["decision"])
        }
    }

    @Test("POL-32, POL-42: it is explained by the policies that decided, also when others are in force; later, without the near misses")
    func generation() async throws {
        try await server { server, staff in
            let alice = try await server.join("alice")
            let decision = try await alice.emitWithAck("now", [[:]]).first?["decision"]
            for generation in 2...UInt64(PolicyHolder.kept + 1) {
                _ = server.runtime.policies.replace(
                    with: try PolicyBundle.load(
                        files: TestPolicies().allowing().allowing("/admin").files, options: PolicyLoadOptions(generation: generation)))
            }
            let account = try await explain(staff, decision)
            #expect(account["generation"] == 1 && rule("send.now", of: account) != nil)
            _ = server.runtime.policies.replace(
                with: try PolicyBundle.load(files: TestPolicies().allowing().files, options: PolicyLoadOptions(generation: 99)))
            let later = try await explain(staff, decision)
            #expect(later["reason"] == "no_matching_allow" && later["rules"] == nil)
            #expect(later["note"]?.stringValue?.contains("generation 1") == true)
        }
    }

    @Test("POL-32: joins and CONNECTs are explained too; what no rule refused has no rules to tell of")
    func others() async throws {
        try await server { server, staff in
            let alice = try await server.join("alice")
            let join = try await explain(staff, try await alice.emitWithAck("join", [["room": "user:bob"]]).first?["decision"])
            #expect(join["action"] == "join:user:bob" && join["resource"]?["room"] == "user:bob")
            #expect(rule("root.join", of: join)?["condition"]?.stringValue?.contains("user:bob") == true)

            let refused = await #expect(throws: ConnectRefused.self) { try await server.join("eve", roles: ["guest"]) }
            let connect = try await explain(staff, refused?.decision.map { .string($0) })
            #expect(connect["action"] == "connect" && connect["subject"]?["roles"] == ["guest"])
            #expect(rule("root.connect", of: connect)?["outcome"] == "failed")

            let client = try await server.connect()
            let forged = await #expect(throws: ConnectRefused.self) { try await client.join("/", auth: ["token": "a.b.c"]) }
            let token = try await explain(staff, forged?.decision.map { .string($0) })
            #expect(token["event"] == "auth.failed" && token["subject"] == nil && token["rules"] == nil)

            _ = try await alice.emitWithAck("later", [[:]])
            let rate = try await explain(staff, try await alice.emitWithAck("later", [[:]]).first?["decision"])
            #expect(rate["rule"] == "send.later" && rate["reason"] == "rate_limited" && rate["rules"] == nil && rate["note"] == nil)
        }
    }

    @Test("POL-32: what is not remembered is not_found, which says where its record is; staff rules decide who may ask")
    func unknown() async throws {
        try await server { server, staff in
            let id = ULIDGenerator.shared.next().description
            let answer = try await explain(staff, .string(id))
            #expect(
                answer["code"] == "not_found" && answer["message"]?.stringValue?.hasSuffix("gatehouse audit query --decision \(id)") == true
            )
            #expect(try await explain(staff, "no id")["code"] == "invalid")
        }
    }

    @Test("POL-32: in the audit log a CONNECT that was refused with a good token has its roles")
    func roles() async throws {
        try await server { server, _ in
            await #expect(throws: ConnectRefused.self) { try await server.join("eve", roles: ["guest", "tester"]) }
            let record = try #require(try await server.records("ns.denied").first)
            #expect(record["actor"]?["sub"] == "eve" && record["actor"]?["roles"] == ["guest", "tester"])
        }
    }
}
