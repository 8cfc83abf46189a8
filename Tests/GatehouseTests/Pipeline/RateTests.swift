import GatehouseJSON
import GatehouseTestSupport
import GatehouseTesting
import NIOCore
import SocketIO
import Testing

@testable import Gatehouse

@Suite("Rates and violations")
struct RateTests {
    private func server(
        send: String? = nil, more: String = "", _ body: (TestServer) async throws -> Void
    ) async throws {
        try await TestServer.with(
            PendingMount(ScriptGateway<Root>()), configure: { $0.policies = TestPolicies().allowing(send: send, more: more) }, body)
    }

    private static func rate(_ excess: String) -> String {
        "{ id: send.now, event: now, rate: { connection: 1/s burst 2, on_exceed: \(excess) } }\n    - { id: send.rest, event: [later, say] }"
    }

    @Test("POL-12: `nack` answers what is too much with `rate_limited`, to the ack or as `exception`; the bucket fills again")
    func nack() async throws {
        try await server(send: Self.rate("nack")) { server in
            let client = try await server.join()
            for _ in 0..<2 { #expect(try await client.emitWithAck("now", [["value": 1]]) == [1]) }
            let refused = try await client.emitWithAck("now", [["value": 1]]).first
            #expect(refused?["code"] == "rate_limited")
            #expect(try await server.record(of: refused?["decision"]?.stringValue)?["decision"]?["rule"] == "send.now")
            try await client.emit("now", [[:]])
            #expect(try await client.event("exception").first?["code"] == "rate_limited")
            #expect(try await client.emitWithAck("later", [["value": 2]]) == [2])
            try await server.advance(.milliseconds(1_000))
            #expect(try await client.emitWithAck("now", [["value": 1]]) == [1])
            #expect(try await client.emitWithAck("now", [["value": 1]]).first?["code"] == "rate_limited")
        }
    }

    /// One rule for each bound, in no order; how many of ten messages at once come through.
    static let manyRates: [(rules: [String], passed: Int)] = [
        (["connection: 1/s burst 2"], 2),
        (["user: 1/s burst 3"], 3),
        (["connection: 1/s burst 2", "user: 1/s burst 3"], 5),
        (["user: 1/s burst 3", "connection: 1/s burst 2"], 5),
        // What gives no more than another in any respect is no further allowance.
        (["connection: 1/s burst 2", "user: 1/s burst 3", "connection: 1/s burst 1", "connection: 1/s burst 2, user: 1/s burst 1"], 5),
        (["connection: 1/m burst 4", "connection: 1/s burst 2"], 6),
    ]

    @Test("POL-03: an allow rule more never lets less through, whatever bounds it has", arguments: manyRates)
    func manyRules(_ one: (rules: [String], passed: Int)) async throws {
        let rules = one.rules.enumerated().map { "{ id: send.r\($0), event: now, rate: { \($1) } }" }.joined(separator: "\n    - ")
        try await server(send: rules) { server in
            let client = try await server.join()
            var passed = 0
            for _ in 0..<10 where try await client.emitWithAck("now", [["value": 1]]) == [1] { passed += 1 }
            #expect(passed == one.passed)
        }
    }

    @Test("POL-12: `drop` is silent, unless an ack is due")
    func drop() async throws {
        try await server(send: Self.rate("drop")) { server in
            let client = try await server.join()
            for _ in 0..<2 { #expect(try await client.emitWithAck("now", [["value": 1]]) == [1]) }
            try await client.emit("now", [[:]])
            #expect(try await client.emitWithAck("now", [[:]]).first?["code"] == "rate_limited")
            try await client.refute("exception", within: .zero)
        }
    }

    @Test("POL-12: `close` ends the connection with a time to come back")
    func close() async throws {
        try await server(send: Self.rate("close")) { server in
            let client = try await server.join()
            for _ in 0..<3 { try await client.emit("now", [[:]]) }
            let notice = try await client.event("system.closed").first
            #expect(notice?["code"] == "rate_limited")
            #expect(try #require(notice?["retry"]?.integerValue) > 0)
            #expect(try await server.record(of: notice?["decision"]?.stringValue) != nil)
            #expect(try await client.closed().code == CloseCode.rateLimited.rawValue)
        }
    }

    @Test("POL-12: what a connection may send is its own, what a user may send is shared by all of the user's connections")
    func connectionAndUser() async throws {
        try await server(more: "limits: { connection: { messages: 1/s burst 3 }, user: { messages: 1/s burst 4 } }") { server in
            let first = try await server.join("alice")
            let second = try await server.join("alice")
            let other = try await server.join("bob")
            for _ in 0..<3 { #expect(try await first.emitWithAck("now", [["value": 1]]) == [1]) }
            #expect(try await first.emitWithAck("now", [["value": 1]]).first?["code"] == "rate_limited")
            #expect(try await second.emitWithAck("now", [["value": 1]]) == [1])
            #expect(try await second.emitWithAck("now", [["value": 1]]).first?["code"] == "rate_limited")
            #expect(try await other.emitWithAck("now", [["value": 1]]) == [1])
        }
    }

    @Test("POL-12: malformed packets and events that nobody knows are charged like any other")
    func malformedIsCharged() async throws {
        try await server(more: "limits: { connection: { messages: 1/s burst 3 } }") { server in
            let client = try await server.join()
            try await client.sendPacket("2[\"now\",{\"value\":1,\"value\":2}]")
            #expect(try await client.event("exception").first?["code"] == "invalid")
            #expect(try await client.emitWithAck("nothing").first?["code"] == "forbidden")
            #expect(try await client.emitWithAck("now", [1]).first?["code"] == "invalid")
            #expect(try await client.emitWithAck("now", [[:]]).first?["code"] == "rate_limited")
        }
    }

    @Test("a payload above the namespace's size is `too_large`, and one of that size is not")
    func payloadSize() async throws {
        try await server(more: "limits: { payload: 1KiB }") { server in
            let client = try await server.join()
            let wrapping = "2[\"now\",{\"value\":\"\"}]".utf8.count
            // The ack id has one digit here.
            let fits = JSONValue.string(String(repeating: "x", count: 1_024 - wrapping - 1))
            #expect(try await client.emitWithAck("now", [["value": fits]]) == [fits])
            let refused = try await client.emitWithAck("now", [["value": .string(String(repeating: "x", count: 1_024))]]).first
            #expect(refused?["code"] == "too_large")
            #expect(try await server.record(of: refused?["decision"]?.stringValue) != nil)
        }
    }

    /// What a client leaves, to come back at once.
    enum Departure: CaseIterable { case namespace, connection }

    @Test(
        "POL-12: whoever leaves and comes back owes what he owed, a user also when it is by another connection",
        arguments: Departure.allCases)
    func leavingSettlesNothing(_ way: Departure) async throws {
        let scope = way == .namespace ? "connection" : "user"
        try await server(more: "limits: { \(scope): { messages: 1/s burst 3 } }") { server in
            var client = try await server.join()
            for _ in 0..<3 { #expect(try await client.emitWithAck("now", [["value": 1]]) == [1]) }
            for _ in 0..<2 {
                client = try await comeBack(client, way, server)
                #expect(try await client.emitWithAck("now", [["value": 1]]).first?["code"] == "rate_limited")
            }
            try await server.advance(.seconds(1))
            #expect(try await client.emitWithAck("now", [["value": 1]]) == [1])
        }
    }

    @Test("POL-12: so it is with the rate of a rule", arguments: Departure.allCases)
    func leavingSettlesNoRule(_ way: Departure) async throws {
        let scope = way == .namespace ? "connection" : "user"
        try await server(send: "{ id: send.now, event: now, rate: { \(scope): 1/s burst 2 } }") { server in
            var client = try await server.join()
            for _ in 0..<2 { #expect(try await client.emitWithAck("now", [["value": 1]]) == [1]) }
            client = try await comeBack(client, way, server)
            #expect(try await client.emitWithAck("now", [["value": 1]]).first?["code"] == "rate_limited")
        }
    }

    @Test("POL-12: leaving and joining does not put off the end of a connection that keeps breaking rules")
    func leavingForgivesNothing() async throws {
        try await server(more: Self.violations) { server in
            let client = try await server.join()
            for _ in 0..<3 { #expect(try await client.emitWithAck("nothing").first?["code"] == "forbidden") }
            _ = try await comeBack(client, .namespace, server)
            try await client.emit("nothing")
            #expect(try await client.closed().code == CloseCode.violations.rawValue)
        }
    }

    private func comeBack(_ client: SocketIOClient, _ way: Departure, _ server: TestServer) async throws -> SocketIOClient {
        switch way {
        case .namespace:
            try await client.leave("/")
            try await client.join("/", auth: try server.auth())
            return client
        case .connection:
            try await client.close()
            try await server.eventually { server.runtime.users.count == 0 }
            return try await server.join()
        }
    }

    private static let violations = "limits: { violations: { window: 60s, disconnect_after: 4, ban_after: 6, ban_for: 10m } }"

    @Test("POL-12: whoever keeps breaking rules is put out at the limit, not before; the window forgets")
    func violationsClose() async throws {
        try await server(more: Self.violations) { server in
            let client = try await server.join()
            for _ in 0..<3 { #expect(try await client.emitWithAck("nothing").first?["code"] == "forbidden") }
            try await server.advance(.seconds(121))
            for _ in 0..<3 { #expect(try await client.emitWithAck("nothing").first?["code"] == "forbidden") }
            try await client.emit("nothing")
            let notice = try await client.event("system.closed").first
            #expect(notice?["code"] == "violations")
            #expect(notice?["retry"] == false)
            #expect(try await client.closed().code == CloseCode.violations.rawValue)
            #expect(try await server.records("session.violations").count == 1)
            let again = try await server.join()
            #expect(try await again.emitWithAck("now", [["value": 1]]) == [1])
        }
    }

    @Test("POL-12: what is refused for its rate is no broken rule, unless the policy says so", arguments: [false, true])
    func rateIsNoViolation(isCounted: Bool) async throws {
        let violations = "window: 60s, disconnect_after: 4, ban_after: 6, ban_for: 10m" + (isCounted ? ", also: [rate_limited]" : "")
        let send = "{ id: send.now, event: now, rate: { connection: 1/s burst 2 } }\n    - { id: send.later, event: later }"
        let more = "limits: { connection: { messages: 1/s burst 20 }, violations: { \(violations) } }"
        try await server(send: send, more: more) { server in
            let client = try await server.join()
            for _ in 0..<2 { #expect(try await client.emitWithAck("now", [["value": 1]]) == [1]) }
            for _ in 0..<3 { #expect(try await client.emitWithAck("now", [[:]]).first?["code"] == "rate_limited") }
            // By the rate of a rule, then by that of the connection.
            guard !isCounted else {
                try await client.emit("now", [[:]])
                #expect(try await client.closed().code == CloseCode.violations.rawValue)
                return
            }
            for _ in 0..<40 { #expect(try await client.emitWithAck("now", [[:]]).first?["code"] == "rate_limited") }
            #expect(try await client.emitWithAck("later", [[:]]).first?["code"] == "rate_limited")
            #expect(try await server.records("session.violations").isEmpty)
            try await server.advance(.seconds(2))
            #expect(try await client.emitWithAck("now", [["value": 1]]) == [1])
        }
    }

    @Test("POL-12: nor is an event for a room that the client is yet to join again", arguments: [false, true])
    func notJoinedIsNoViolation(isCounted: Bool) async throws {
        let violations = "window: 60s, disconnect_after: 4" + (isCounted ? ", also: [rate_limited, not_joined]" : "")
        let send = "{ id: send.now, event: now, room_at: /room, joined: true }\n    - { id: send.rest, event: [join, later] }"
        try await server(send: send, more: "limits: { violations: { \(violations) } }") { server in
            let client = try await server.join()
            for _ in 0..<3 { #expect(try await client.emitWithAck("now", [["room": "tea"]]).first?["code"] == "forbidden") }
            guard !isCounted else {
                try await client.emit("now", [["room": "tea"]])
                #expect(try await client.closed().code == CloseCode.violations.rawValue)
                return
            }
            for _ in 0..<40 { #expect(try await client.emitWithAck("now", [["room": "tea"]]).first?["code"] == "forbidden") }
            #expect(try await client.emitWithAck("join", [["room": "tea"]]) == [true])
            #expect(try await client.emitWithAck("now", [["room": "tea", "value": 1]]) == [1])
            // What no room would help is a broken rule as ever.
            for _ in 0..<4 { try await client.emit("nothing") }
            #expect(try await client.closed().code == CloseCode.violations.rawValue)
        }
    }

    @Test("POL-12: beyond the second limit the user is kept out for as long as the policy says")
    func violationsBan() async throws {
        let limits = "limits: { violations: { window: 60s, ban_after: 3, ban_for: 10m } }"
        try await server(more: limits) { server in
            let client = try await server.join()
            for _ in 0..<2 { try await client.emitWithAck("nothing") }
            try await client.emit("nothing")
            #expect(try await client.closed().code == CloseCode.banned.rawValue)
            try await server.advance(.seconds(599))
            let refusal = await #expect(throws: ConnectRefused.self) { _ = try await server.join() }
            #expect(refusal?.code == "banned")
            #expect(try await server.record(of: refusal?.decision) != nil)
            _ = try await server.join("bob")
            try await server.advance(.seconds(2))
            _ = try await server.join()
        }
    }

    @Test("POL-12: a user who is put out again and again is kept out in the end, though each session ends before that")
    func violationsOfManySessions() async throws {
        try await server(more: Self.violations) { server in
            let client = try await server.join()
            for _ in 0..<4 { try await client.emit("nothing") }
            #expect(try await client.closed().code == CloseCode.violations.rawValue)
            let again = try await server.join()
            for _ in 0..<2 { try await again.emit("nothing") }
            #expect(try await again.closed().code == CloseCode.banned.rawValue)
            #expect(await #expect(throws: ConnectRefused.self) { _ = try await server.join() }?.code == "banned")
            _ = try await server.join("bob")
        }
    }

    @Test("POL-12: with the user all his sessions end, on every event loop", arguments: [1, 2])
    func banEndsAllSessions(_ loops: Int) async throws {
        let limits = "limits: { violations: { window: 60s, ban_after: 2, ban_for: 10m } }"
        try await TestServer.with(
            PendingMount(ScriptGateway<Root>()),
            configure: {
                $0.policies = TestPolicies().allowing(more: limits)
                $0.loops = loops
            }
        ) { server in
            var others: [SocketIOClient] = []
            for _ in 0..<4 { others.append(try await server.join(over: .polling)) }
            let bob = try await server.join("bob")
            let client = try await server.join()
            for _ in 0..<2 { try await client.emit("nothing") }
            let notice = try await client.event("system.closed").first
            #expect(notice?["code"] == "banned" && notice?["retry"] == false)
            for other in others { #expect(try await other.event("system.closed").first == notice) }
            #expect(try await bob.emitWithAck("now", [["value": 1]]) == [1])
        }
    }

    @Test("SEC-41: whoever is kept out gets no longer a session by a newer token")
    func noRefreshWhileBanned() async throws {
        try await server(more: "token: { on_expiry: refresh, refresh: { window: 60s } }") { server in
            let client = try await server.join(lifetime: 600)
            server.runtime.temporaryBans.ban(
                UserID(iss: TestTokens.iss, subject: "alice"), until: server.clock.wallMilliseconds + 1_000)
            let token = JSONValue.object(try server.auth(lifetime: 900))
            let refused = try await client.emitWithAck("auth.refresh", [token]).first
            #expect(refused?["code"] == "forbidden")
            #expect(try await server.record(of: refused?["decision"]?.stringValue) != nil)
            try await server.advance(.seconds(1))
            #expect(try await client.emitWithAck("auth.refresh", [token]).first?["exp"] != nil)
        }
    }

    @Test("SEC-29: what a guard refuses counts as a broken rule too")
    func guardRefusalsCount() async throws {
        try await TestServer.with(
            PendingMount(ScriptGateway<Root>()),
            configure: {
                $0.policies = TestPolicies().allowing(more: Self.violations)
                $0.stages = Stages(guards: [.when { $0.context.event != "now" }])
            }
        ) { server in
            let client = try await server.join()
            for _ in 0..<3 { #expect(try await client.emitWithAck("now", [[:]]).first?["code"] == "forbidden") }
            try await client.emit("now", [[:]])
            #expect(try await client.closed().code == CloseCode.violations.rawValue)
        }
    }
}
