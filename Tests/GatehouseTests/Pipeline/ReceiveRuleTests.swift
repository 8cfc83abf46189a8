import GatehouseJSON
import GatehouseTesting
import NIOCore
import SocketIO
import Testing

@testable import Gatehouse

@Suite("Who may receive, and rules that only warn")
struct ReceiveRuleTests {
    @Test("POL-11: a broadcast reaches those whom the receive rules allow the event, whatever their rooms", arguments: [1, 2])
    func receive(_ loops: Int) async throws {
        let receive =
            "{ id: recv.said, event: said, when: { roles: { any_of: [user, staff] } } }\n"
            + "    - { id: recv.staff, event: \"staff.*\", when: { roles: { any_of: [staff] } } }\n"
            + "    - { id: recv.last, event: last }"
        try await TestServer.with(
            PendingMount(ScriptGateway<Root>()),
            configure: {
                $0.policies = TestPolicies().allowing(receive: receive)
                $0.loops = loops
            }
        ) { server in
            var clients: [String: [SocketIOClient]] = [:]
            for role in ["user", "staff", "guest"] {
                for number in 0..<2 {
                    let client = try await server.join("\(role)\(number)", roles: [role])
                    try await client.emitWithAck("join", [["room": "red"]])
                    clients[role, default: []].append(client)
                }
            }
            let all = server.handle.of("/")
            try all.to("red").emit("said", 1)
            try all.emit("staff.note", 2)
            try all.emit("unruled", 3)
            try all.emit("last")
            let expected = ["user": ["said"], "staff": ["said", "staff.note"], "guest": []]
            for (role, members) in clients {
                for client in members {
                    _ = try await client.event("last")
                    for event in ["said", "staff.note", "unruled"] {
                        let came = (try? await client.event(event, within: .zero)) != nil
                        #expect(came == expected[role]?.contains(event), "\(role) \(event)")
                    }
                }
            }
            #expect(try await server.counters().delivered == 4 + 2 + 6)
        }
    }

    @Test("POL-11: who may not receive is not asked for an ack; events of the system's own come to everyone")
    func acksAndSystemEvents() async throws {
        let kept = Kept()
        try await TestServer.with(
            PendingMount(ScriptGateway<Root>(connected: { kept.client = $0 })),
            configure: { $0.policies = TestPolicies().allowing(receive: "{ id: recv.last, event: last }") }
        ) { server in
            let client = try await server.join()
            #expect(try await client.emitWithAck("now", [["value": 1]]) == [1])
            let found = try await server.handle.of("/").emitWithAck("said")
            #expect(found.answers.isEmpty && found.silent.isEmpty)
            let error = await #expect(throws: GatewayError.self) { try await kept.client?.emitWithAck("said") }
            #expect(error?.code == GatewayError.Code(.notFound))
            try await client.emit("nothing")
            #expect(try await client.event("exception").first?["code"] == "forbidden")
        }
    }

    @Test("AC-24: acks are asked only of those who may receive the event; an event of the system's own comes to its own subject alone")
    func acksAndSystemEventsOfOthers() async throws {
        let receive = "{ id: recv.said, event: said, when: { roles: { any_of: [user] } } }"
        try await TestServer.with(
            PendingMount(ScriptGateway<Root>()), configure: { $0.policies = TestPolicies().allowing(receive: receive) }
        ) { server in
            let user = try await server.join("alice", roles: ["user"])
            let guest = try await server.join("bob", roles: ["guest"])
            try await user.onAckRequest { _ in SocketIOPayload(["here"]) }
            try await guest.onAckRequest { _ in SocketIOPayload(["not asked"]) }
            let found = try await server.handle.of("/").emitWithAck("said")
            #expect(found.answers.count == 1 && found.silent.isEmpty)
            try await guest.emit("nothing")
            #expect(try await guest.event("exception").first?["code"] == "forbidden")
            try await guest.sendPacket("abc")
            #expect(try await guest.event("system.closed").first?["code"] == "protocol_error")
            _ = try await guest.closed()
            #expect(try await user.emitWithAck("now", [["value": 1]]) == [1])
            for event in ["exception", "system.closed"] { try await user.refute(event, within: .zero) }
        }
    }

    @Test("POL-11: a refreshed token changes what its session receives")
    func refreshed() async throws {
        let receive = "{ id: recv.staff, event: said, when: { roles: { any_of: [staff] } } }\n    - { id: recv.last, event: last }"
        try await TestServer.with(
            PendingMount(ScriptGateway<Root>()),
            configure: { $0.policies = TestPolicies().allowing(receive: receive, more: "token: { on_expiry: refresh }") }
        ) { server in
            let client = try await server.join(roles: ["user"], lifetime: 600)
            let all = server.handle.of("/")
            try all.emit("said", 1)
            let later = try server.auth(roles: ["staff"], lifetime: 900)
            try await client.emitWithAck("auth.refresh", [.object(later)])
            try all.emit("said", 2)
            #expect(try await client.event("said") == [2])
        }
    }

    @Test("POL-11: of sessions with the same rights, a refreshed token changes what its own session receives, and no other's")
    func refreshedAmongOthers() async throws {
        let receive = "{ id: recv.staff, event: said, when: { roles: { any_of: [staff] } } }\n    - { id: recv.last, event: last }"
        try await TestServer.with(
            PendingMount(ScriptGateway<Root>()),
            configure: { $0.policies = TestPolicies().allowing(receive: receive, more: "token: { on_expiry: refresh }") }
        ) { server in
            let all = server.handle.of("/")
            func refresh(_ client: SocketIOClient, _ name: String, _ role: String) async throws {
                let later = try server.auth(name, roles: [role], lifetime: 900)
                #expect(try await client.emitWithAck("auth.refresh", [.object(later)]).first?["exp"] != nil)
            }
            let rising = try await server.join("rising", roles: ["user"], lifetime: 600)
            let user = try await server.join("user", roles: ["user"], lifetime: 600)
            let falling = try await server.join("falling", roles: ["staff"], lifetime: 600)
            let staff = try await server.join("staff", roles: ["staff"], lifetime: 600)
            try all.emit("said", 1)
            try await refresh(rising, "rising", "staff")
            try all.emit("said", 2)
            try await refresh(falling, "falling", "user")
            try all.emit("said", 3)
            try all.emit("last", 4)
            for (client, numbers) in [(rising, [2, 3]), (user, []), (falling, [1, 2]), (staff, [1, 2, 3])] as [(SocketIOClient, [Int64])] {
                #expect(try await client.event("last") == [4])
                for number in numbers { #expect(try await client.event("said", within: .zero) == [.integer(number)]) }
                try await client.refute("said", within: .zero)
            }
        }
    }

    static let enforcement: [(String, String?, JSONValue?)] = [
        ("enforce", "forbidden", nil), ("warn", nil, "would_deny"), ("report", nil, nil),
    ]

    @Test(
        "POL-09: enforce refuses; warn lets through and says so; report lets through in silence; both are audited", arguments: enforcement)
    func modes(_ mode: String, _ refusal: String?, _ warning: JSONValue?) async throws {
        let policies = TestPolicies().allowing(mode: mode, send: "{ id: send.later, event: later }")
        try await TestServer.with(PendingMount(ScriptGateway<Root>()), configure: { $0.policies = policies }) { server in
            let client = try await server.join()
            let answer = try await client.emitWithAck("now", [["value": 1]])
            if let refusal {
                #expect(answer.first?["code"] == .string(refusal))
            } else {
                #expect(answer == [1])
                #expect(try await server.records("msg.would_deny").count == 1)
            }
            if let warning {
                let said = try await client.event("exception").first
                #expect(said?["status"] == "warning")
                #expect(said?["code"] == warning)
                #expect(said?["cause"]?["pattern"] == "now")
                #expect(try await server.record(of: said?["decision"]?.stringValue)?["event"] == "msg.would_deny")
            }
            #expect(try await client.emitWithAck("later", [["value": 2]]) == [2])
            try await client.refute("exception", within: .zero)
        }
    }

    @Test("POL-09: a global deny is enforced whatever the mode", arguments: ["warn", "report"])
    func globalDeny(_ mode: String) async throws {
        let policies = TestPolicies(global: "deny:\n  - { id: no.banned, when: { roles: { any_of: [banned] } }, code: banned }\n")
            .allowing(mode: mode)
        try await TestServer.with(PendingMount(ScriptGateway<Root>()), configure: { $0.policies = policies }) { server in
            let refusal = await #expect(throws: ConnectRefused.self) { _ = try await server.join(roles: ["banned"]) }
            #expect(refusal?.code == "banned")
        }
    }

    @Test("POL-09: joins that would be refused are done, and audited so; nobody gets in without a token", arguments: ["warn", "report"])
    func watchedJoins(_ mode: String) async throws {
        let policies = TestPolicies().allowing(
            mode: mode, connect: "{ id: connect.staff, when: { roles: { any_of: [staff] } } }", join: "{ id: join.red, room: red }")
        try await TestServer.with(PendingMount(ScriptGateway<Root>()), configure: { $0.policies = policies }) { server in
            let client = try await server.join(roles: ["user"])
            for room in ["red", "blue"] { #expect(try await client.emitWithAck("join", [["room": .string(room)]]) == [true]) }
            func said(_ event: String) async throws -> [[JSONValue?]] {
                try await server.records(event).map { [$0["decision"]?["effect"], $0["decision"]?["mode"]] }
            }
            #expect(try await said("ns.joined") == [["deny", "report"]])
            #expect(try await said("room.joined") == [["allow", "enforce"], ["deny", "report"]])
            let stranger = try await server.connect()
            let refusal = await #expect(throws: ConnectRefused.self) { try await stranger.join("/") }
            #expect(refusal?.code == "unauthorized")
        }
    }
}
