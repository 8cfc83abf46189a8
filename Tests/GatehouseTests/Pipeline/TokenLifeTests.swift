import GatehouseJSON
import GatehouseTestSupport
import GatehouseTesting
import NIOCore
import SocketIO
import Testing

@testable import Gatehouse

@Suite("Sessions and the end of their tokens")
struct TokenLifeTests {
    private static let refreshing = "token: { on_expiry: refresh, refresh: { window: 60s } }"

    private func server(_ token: String, join: String? = nil, _ body: (TestServer) async throws -> Void) async throws {
        try await TestServer.with(
            PendingMount(ScriptGateway<Root>()), configure: { $0.policies = TestPolicies().allowing(join: join, more: token) }, body)
    }

    @Test("SEC-16: a session ends with its token, within a second and not before", arguments: SocketIOClient.Transport.allCases)
    func expiry(_ transport: SocketIOClient.Transport) async throws {
        try await server("token: { on_expiry: disconnect }") { server in
            let client = try await server.join(lifetime: 600, over: transport)
            let longer = try await server.join("bob", lifetime: 1_200)
            try await server.advance(.milliseconds(599_900))
            #expect(try await client.emitWithAck("now", [["value": 1]]) == [1])
            try await server.advance(.milliseconds(1_100))
            let notice = try await client.event("system.closed").first
            #expect(notice?["code"] == "token_expired")
            #expect(notice?["retry"] == 0)
            #expect(try await server.record(of: notice?["decision"]?.stringValue)?["event"] == "auth.expired")
            let reason = try await client.closed()
            #expect(transport == .polling || reason.code == CloseCode.tokenExpired.rawValue)
            #expect(try await longer.emitWithAck("now", [["value": 2]]) == [2])
            try await client.refuteUntilClosed("auth.expiring")
        }
    }

    @Test("SEC-16, ERR-05: a token that has ended lets nobody in, though its issuer's clock may be late: no session is opened to be closed")
    func leeway() async throws {
        let recorder = Recorder()
        let gateway = ScriptGateway<Root>(connected: { _ in recorder.note("connected") })
        try await TestServer.with(PendingMount(gateway), configure: { $0.leeway = 30 }) { server in
            let auth = try server.auth(lifetime: 60)
            try await server.advance(.milliseconds(59_999))
            let client = try await server.connect()
            try await client.join("/", auth: auth)
            try await server.advance(.milliseconds(1))
            let late = try await server.connect()
            let refusal = await #expect(throws: ConnectRefused.self) { try await late.join("/", auth: auth) }
            #expect(refusal?.code == "token_expired")
            #expect(try await server.record(of: refusal?.decision)?["decision"]?["reason"] == "expired")
            #expect(recorder.notes == ["connected"])
            // Its clock is ahead: what begins within the leeway has begun.
            let early = try TestTokens.token("bob", now: server.clock.wallMilliseconds / 1_000 + 20)
            try await late.join("/", auth: ["token": .string(early)])
        }
    }

    @Test(
        "SEC-16, ERR-04: where tokens can be refreshed the client is told a window before the end, once",
        arguments: SocketIOClient.Transport.allCases)
    func notice(_ transport: SocketIOClient.Transport) async throws {
        try await server(Self.refreshing) { server in
            let client = try await server.join(lifetime: 600, over: transport)
            try await server.advance(.milliseconds(539_000))
            #expect(try await client.emitWithAck("now", [["value": 1]]) == [1])
            try await client.refute("auth.expiring", within: .zero)
            try await server.advance(.milliseconds(1_500))
            let end = TestClock.start / 1_000 + 600
            #expect(try await client.event("auth.expiring") == [["exp": .integer(end)]])
            try await server.advance(.seconds(30))
            #expect(try await client.emitWithAck("now", [["value": 1]]) == [1])
            try await client.refute("auth.expiring", within: .zero)
            try await server.advance(.seconds(31))
            #expect(try await client.event("system.closed").first?["code"] == "token_expired")
            _ = try await client.closed()
        }
    }

    @Test("SEC-16: a session in the middle of its upgrade ends with its token, on both of its ways")
    func upgrading() async throws {
        try await server("token: { on_expiry: disconnect }") { server in
            let upgrade = try await HalfUpgrade(server, lifetime: 5)
            try await server.advance(.milliseconds(4_900))
            #expect(try await server.sum { $0.isClosed ? 0 : 1 } == 1)
            try await server.advance(.milliseconds(1_000))
            try await upgrade.expectClosed("token_expired")
        }
    }

    @Test(
        "SEC-41: a later token of the same user makes the session longer, to its own end and no further",
        arguments: SocketIOClient.Transport.allCases)
    func refresh(_ transport: SocketIOClient.Transport) async throws {
        try await server(Self.refreshing) { server in
            let client = try await server.join(lifetime: 600, over: transport)
            try await server.advance(.seconds(550))
            _ = try await client.event("auth.expiring")
            let later = try server.auth(lifetime: 300)
            let end = TestClock.start / 1_000 + 850
            #expect(try await client.emitWithAck("auth.refresh", [.object(later)]) == [["exp": .integer(end)]])
            #expect(try await server.records("auth.refreshed").count == 1)
            try await server.advance(.seconds(241))
            #expect(try await client.emitWithAck("now", [["value": 1]]) == [1])
            #expect(try await client.event("auth.expiring") == [["exp": .integer(end)]])
            try await server.advance(.seconds(60))
            #expect(try await client.event("system.closed").first?["code"] == "token_expired")
            _ = try await client.closed()
        }
    }

    @Test("SEC-41: whatever is sent, the session ends with the latest token that was accepted, and never has no end", arguments: 1...8)
    func anyRefreshes(_ round: Int) async throws {
        try await server(Self.refreshing) { server in
            let client = try await server.join(lifetime: 600)
            var end = TestClock.start + 600_000
            for _ in 0..<30 {
                try await server.advance(.milliseconds(Int64.random(in: 0...min(20_000, end - server.clock.wallMilliseconds - 1_000))))
                let subject = Int.random(in: 0..<5) == 0 ? "bob" : "alice"
                let lifetime = Int64.random(in: 1...900)
                let token: JSONValue =
                    Int.random(in: 0..<6) == 0 ? "no token" : try server.auth(subject, lifetime: lifetime)["token"] ?? .null
                let exp = (server.clock.wallMilliseconds / 1_000 + lifetime) * 1_000
                let answer = try await client.emitWithAck("auth.refresh", [["token": token]]).first
                let isGood = token != "no token" && subject == "alice" && exp > end
                #expect((answer?["exp"] == .integer(exp / 1_000)) == isGood, "\(String(describing: answer))")
                #expect((answer?["code"] == "unauthorized") != isGood)
                if isGood { end = exp }
                #expect(try await server.tokenEnds == [end])
            }
            try await server.advance(.milliseconds(end - server.clock.wallMilliseconds - 1))
            #expect(try await client.emitWithAck("now", [["value": 1]]) == [1])
            try await server.advance(.milliseconds(1_001))
            #expect(try await client.closed().code == CloseCode.tokenExpired.rawValue)
        }
    }

    enum Bad: CaseIterable { case otherUser, notLater, expired, broken, extraMember, noPayload, wrongType }

    @Test("SEC-41: a token of somebody else, one that ends no later, and anything that is none change nothing", arguments: Bad.allCases)
    func refusedRefresh(_ bad: Bad) async throws {
        try await server(Self.refreshing) { server in
            let client = try await server.join(lifetime: 600)
            let now = TestClock.start / 1_000
            let arguments: [JSONValue] =
                switch bad {
                case .otherUser: [["token": .string(try TestTokens.token("bob", lifetime: 900))]]
                case .notLater: [["token": .string(try TestTokens.token("alice", lifetime: 600))]]
                case .expired: [["token": .string(try TestTokens.token("alice", lifetime: 10, now: now - 100))]]
                case .broken: [["token": "a.b.c"]]
                case .extraMember: [["token": .string(try TestTokens.token("alice", lifetime: 900)), "more": 1]]
                case .noPayload: []
                case .wrongType: [["token": 1]]
                }
            let error = try await client.emitWithAck("auth.refresh", arguments).first
            let isForm = bad == .extraMember || bad == .noPayload || bad == .wrongType
            #expect(error?["code"] == (isForm ? "invalid" : "unauthorized"))
            #expect(try await server.record(of: error?["decision"]?.stringValue)?["event"] == "auth.failed")
            try await server.advance(.milliseconds(599_500))
            #expect(try await client.emitWithAck("now", [["value": 1]]) == [1])
            try await server.advance(.milliseconds(1_500))
            #expect(try await client.closed().code == CloseCode.tokenExpired.rawValue)
        }
    }

    @Test("POL-10: roles are read anew, and rooms that they no longer allow are left; the principal is the new one")
    func rolesReadAnew() async throws {
        let join = "{ id: join.staff, room: \"staff:*\", when: { roles: { any_of: [staff] } } }\n      - { id: join.open, room: open }"
        try await server(Self.refreshing, join: join) { server in
            let client = try await server.join(roles: ["staff"], lifetime: 600)
            for room in ["staff:one", "open"] { try await client.emitWithAck("join", [["room": .string(room)]]) }
            let weaker = try server.auth(roles: ["user"], lifetime: 900)
            #expect(try await client.emitWithAck("auth.refresh", [.object(weaker)]).first?["exp"] != nil)
            let found = try await server.handle.of("/").fetchSockets()
            #expect(found.first?.rooms.dropFirst() == ["open"])
            #expect(found.first?.principal?.roles == ["user"])
            #expect(try await server.records("room.left").map { $0["target"]?["room"] } == ["staff:one"])
            #expect(try await client.emitWithAck("join", [["room": "staff:two"]]).first?["code"] == "forbidden")
        }
    }

    @Test("AUD-04: after a refresh the audit log names the new token and its roles")
    func auditedActor() async throws {
        try await server(Self.refreshing) { server in
            let client = try await server.join(roles: ["staff"], lifetime: 600)
            try await client.emitWithAck("join", [["room": "red"]])
            let other = try server.auth(roles: ["user"], lifetime: 900)
            #expect(try await client.emitWithAck("auth.refresh", [.object(other)]).first?["exp"] != nil)
            try await client.emitWithAck("join", [["room": "blue"]])
            let records = try await server.records()
            let actors = records.filter { $0["event"] == "room.joined" || $0["event"] == "auth.refreshed" }.compactMap { $0["actor"] }
            #expect(actors.map { $0["roles"] } == [["staff"], ["user"], ["user"]])
            let tokens = actors.map { $0["jti_h"]?.stringValue }
            #expect(tokens.allSatisfy { $0 != nil } && tokens[0] != tokens[1] && tokens[1] == tokens[2])
        }
    }

    @Test("SEC-16: no refresh outlives the longest session", arguments: [true, false], SocketIOClient.Transport.allCases)
    func longestSession(_ refreshes: Bool, _ transport: SocketIOClient.Transport) async throws {
        try await server("token: { on_expiry: refresh, refresh: { window: 60s }, max_session: 20m }") { server in
            let client = try await server.join(lifetime: 1_800, over: transport)
            if refreshes {
                let later = try server.auth(lifetime: 3_600)
                #expect(try await client.emitWithAck("auth.refresh", [.object(later)]).first?["exp"] != nil)
            }
            try await server.advance(.milliseconds(1_199_500))
            #expect(try await client.emitWithAck("now", [["value": 1]]) == [1])
            try await server.advance(.milliseconds(1_000))
            let notice = try await client.event("system.closed").first
            #expect(notice?["code"] == "session_max_age")
            let reason = try await client.closed()
            #expect(transport == .polling || reason.code == CloseCode.sessionMaxAge.rawValue)
        }
    }

    @Test("SEC-16: a connection ends with the first of its tokens")
    func firstOfSeveral() async throws {
        try await TestServer.with(
            PendingMount(ScriptGateway<Root>()), PendingMount(ScriptGateway<Side>()),
            configure: { $0.policies = TestPolicies().allowing().allowing("/side") }
        ) { server in
            let client = try await server.join(lifetime: 1_200)
            try await client.join("/side", auth: try server.auth("bob", lifetime: 300))
            try await server.advance(.seconds(301))
            #expect(try await client.closed().code == CloseCode.tokenExpired.rawValue)
        }
    }

    @Test("REL-25: a handler that runs does not keep its session past the token")
    func runningHandler() async throws {
        let latch = Latch()
        let gateway = ScriptGateway<Root>(later: { _, _ in
            await latch.wait()
            return nil
        })
        try await TestServer.with(PendingMount(gateway), configure: { $0.handlerTimeout = .seconds(300) }) { server in
            defer { latch.open() }
            let client = try await server.join(lifetime: 60)
            try await client.emit("later", [[:]])
            try await server.eventually { try await server.runningHandlers == 1 }
            try await server.advance(.seconds(61))
            #expect(try await client.closed().code == CloseCode.tokenExpired.rawValue)
        }
    }
}
