import GatehouseAudit
import GatehouseJSON
import GatehouseTestSupport
import GatehouseTesting
import NIOCore
import SocketIO
import Testing

@testable import Gatehouse
@testable import GatehouseModeration

@Suite("CON-09: the Socket.IO Admin UI on /admin-ui", .timeLimit(.minutes(5)))
struct AdminUITests {
    private static let sight = "all_sockets, socket_connected, socket_disconnected, room_joined, room_left"

    /// - Parameters:
    ///   - acts: the acts of the UI that a rule of `/admin-ui` allows, to every role.
    ///   - sees: whether a rule lets every role have sockets and rooms.
    private static func policies(acts: String? = "_disconnect, leave", sees: Bool = true) -> TestPolicies {
        ActScript.policies(readScope: true).allowing(
            "/admin-ui", connect: "{ id: aui.staff, when: { roles: { any_of: [viewer, moderator, admin] } } }",
            send: acts.map { "{ id: aui.act, event: [\($0)] }" } ?? "{ id: aui.none, event: nothing }",
            receive: "{ id: aui.see, event: [session, config, server_stats\(sees ? ", " + sight : "")] }")
    }

    private func with(
        policies: TestPolicies = policies(), _ body: (TestServer, AdminUIGateway) async throws -> Void
    ) async throws {
        let admin = AdminGateway(store: .inMemory())
        let ui = AdminUIGateway(admin)
        try await TestServer.with(
            PendingMount(ScriptGateway<Root>()), PendingMount(ScriptGateway<Side>()), PendingMount(admin), PendingMount(ui),
            configure: { $0.policies = policies }
        ) { try await body($0, ui) }
    }

    private func token(
        _ server: TestServer, _ subject: String = "mo", _ role: String = "moderator", lifetime: Int64 = 3_600, rooms: [String]? = nil
    ) throws -> String {
        var claims: JSONObject = [:]
        if let rooms { claims["mod_rooms"] = .array(rooms.map { .string($0) }) }
        return try TestTokens.token(
            subject, roles: [role], lifetime: lifetime, now: server.clock.wallMilliseconds / 1_000, claims: claims)
    }

    private func signIn(
        _ server: TestServer, _ subject: String = "mo", _ role: String = "moderator", rooms: [String]? = nil
    ) async throws -> SocketIOClient {
        let client = try await server.connect()
        try await client.join(
            "/admin-ui", auth: ["username": .string(subject), "password": .string(try token(server, subject, role, rooms: rooms))])
        return client
    }

    private func refusal(_ server: TestServer, _ auth: JSONObject) async throws -> ConnectRefused? {
        do {
            try await server.connect().join("/admin-ui", auth: auth)
            return nil
        } catch let refused as ConnectRefused {
            return refused
        }
    }

    private func features(_ client: SocketIOClient) async throws -> Set<String> {
        let config = try await client.event("config", in: "/admin-ui").first
        return Set((config?["supportedFeatures"]?.arrayValue ?? []).compactMap(\.stringValue))
    }

    private func sockets(_ client: SocketIOClient) async throws -> [JSONValue] {
        try #require(try await client.event("all_sockets", in: "/admin-ui").first?.arrayValue)
    }

    private func records(_ server: TestServer, _ event: String) async throws -> [JSONValue] {
        try await server.records(event)
    }

    // MARK: Signing in

    @Test("a token of staff is the password; whatever is refused is told in the words of the UI, with code and decision")
    func passwords() async throws {
        try await with { server, _ in
            let good = try token(server)
            let user = try token(server, "alice", "user")
            let cases: [(JSONObject, String)] = [
                ([:], "unauthorized"), (["username": "mo", "password": ""], "unauthorized"),
                (["username": "mo", "password": "changeit"], "unauthorized"), (["username": "mo", "password": 7], "unauthorized"),
                (["username": "boss", "password": .string(good)], "unauthorized"),
                (["username": "alice", "password": .string(user)], "forbidden"),
                (["sessionId": "0123456789abcdef0123456789abcdef"], "unauthorized"), (["token": .string(user)], "unauthorized"),
            ]
            for (auth, code) in cases {
                let refused = try await refusal(server, auth)
                #expect(refused?.message == "invalid credentials" && refused?.code == code, "\(auth): \(String(describing: refused))")
                #expect(refused?.decision?.isEmpty == false)
            }
            for name: JSONValue in ["mo", ""] {
                #expect(try await refusal(server, ["username": name, "password": .string(good)]) == nil)
            }
        }
    }

    @Test("a session id stands for its token, until that ends, is revoked, or loses its rules; a sign-in by one makes no other")
    func sessionIDs() async throws {
        try await with { server, ui in
            let client = try await signIn(server)
            let id = try #require(try await client.event("session", in: "/admin-ui").first?.stringValue)
            #expect(id.utf8.count == 32)
            let again = try await server.connect()
            try await again.join("/admin-ui", auth: ["sessionId": .string(id)])
            _ = try await again.event("config", in: "/admin-ui")
            try await again.refute("session", in: "/admin-ui")
            #expect(ui.sessions.count == 1)

            let admin = try await ActScript.staff(server, "boss", "admin")
            server.clock.advance(.seconds(2))
            let revoked = try await ActScript.act(admin, "token.revoke", ["user": ActScript.user("mo")])
            #expect(revoked["audit_seq"] != nil, "\(revoked.serialized)")
            let refused = try await refusal(server, ["sessionId": .string(id)])
            #expect(refused?.message == "invalid credentials" && refused?.code == "token_revoked")
            // The revocation reaches the live client, too.
            _ = try await client.closed()

            let short = try await server.connect()
            try await short.join("/admin-ui", auth: ["password": .string(try token(server, "vi", "viewer", lifetime: 60))])
            let other = try #require(try await short.event("session", in: "/admin-ui").first?.stringValue)
            #expect(try await refusal(server, ["sessionId": .string(other)]) == nil)
            try await server.advance(.seconds(61))
            #expect(try await refusal(server, ["sessionId": .string(other)])?.code == "token_expired")
            _ = try await short.closed()

            let log = JSONValue.array(try await server.records()).serialized
            for secret in [id, other, try token(server)] { #expect(!log.contains(secret)) }
        }
    }

    @Test("session ids are bounded: the oldest of a user make way, then the oldest of all; those whose token has ended first")
    func bounds() throws {
        let sessions = AdminUISessions()
        let user = UserID(iss: "i", subject: "u")
        let ids = try (0..<AdminUISessions.mostOfUser + 1).map { try #require(sessions.begin("t\($0)", of: user, until: 100, now: 0)) }
        #expect(Set(ids).count == ids.count && sessions.count == AdminUISessions.mostOfUser)
        #expect(sessions.token(of: ids[0]) == nil && sessions.token(of: ids[1]) == "t1")
        #expect(sessions.token(of: "") == nil && sessions.token(of: ids[1].uppercased() + "x") == nil)
        for number in 0..<AdminUISessions.most { _ = sessions.begin("x", of: UserID(iss: "i", subject: "\(number)"), until: 200, now: 0) }
        #expect(sessions.count == AdminUISessions.most && sessions.token(of: ids[8]) == nil)
        _ = sessions.begin("y", of: user, until: 300, now: 200)
        #expect(sessions.count == 1)
    }

    // MARK: What it shows

    @Test("the features follow the rules of /admin-ui and the role in /admin")
    func features() async throws {
        try await with(policies: Self.policies(acts: nil, sees: false)) { server, _ in
            let client = try await signIn(server, "boss", "admin")
            #expect(try await features(client) == ["AGGREGATED_EVENTS"])
            _ = try await client.event("server_stats", in: "/admin-ui")
            _ = try await server.join("alice")
            try await client.refute("socket_connected", in: "/admin-ui")
            try await client.refute("all_sockets", in: "/admin-ui")
            #expect(server.runtime.feed.count == 0)
        }
        try await with { server, _ in
            let viewer = try await signIn(server, "vi", "viewer")
            #expect(try await features(viewer) == ["AGGREGATED_EVENTS", "ALL_EVENTS"])
            let moderator = try await signIn(server)
            #expect(try await features(moderator) == ["AGGREGATED_EVENTS", "ALL_EVENTS", "DISCONNECT", "LEAVE"])
        }
    }

    @Test("sockets and rooms come as the UI knows them, with nothing that a client proves itself with")
    func socketsAndRooms() async throws {
        try await with { server, _ in
            let before = try await server.join("alice")
            _ = try await before.emitWithAck("join", [["room": "red"]])
            let client = try await signIn(server)
            let all = try await sockets(client)
            let alice = try #require(all.first { $0["nsp"] == "/" })
            let id = try #require(alice["id"]?.stringValue)
            #expect(alice["clientId"] == .string(id) && alice["transport"] == "websocket")
            #expect(alice["rooms"] == [.string(id), "red"] && alice["data"] == ["user": ActScript.user("alice")])
            #expect(alice["handshake"]?["address"] == "127.0.0.1" && alice["handshake"]?["headers"] == [:])
            #expect(alice["handshake"]?["issued"]?.integerValue != nil)
            #expect(Set(all.compactMap { $0["nsp"]?.stringValue }) == ["/", "/admin-ui"])

            let bob = try await server.join("bob")
            // The first is its own.
            #expect(try await client.event("socket_connected", in: "/admin-ui").first?["nsp"] == "/admin-ui")
            let joined = try await client.event("socket_connected", in: "/admin-ui")
            let reference = try #require(joined.first?["id"])
            #expect(joined.first?["nsp"] == "/" && joined.first?["rooms"] == [reference] && joined.first?["transport"] == "websocket")
            #expect(joined.first?["data"]?["user"] == ActScript.user("bob") && joined.last?.stringValue?.hasSuffix("Z") == true)
            _ = try await bob.emitWithAck("join", [["room": "blue"]])
            #expect(try await client.event("room_joined", in: "/admin-ui").prefix(3) == ["/", "blue", reference])
            _ = try await bob.emitWithAck("leave", [["room": "blue"]])
            #expect(try await client.event("room_left", in: "/admin-ui").prefix(3) == ["/", "blue", reference])
            try await bob.close()
            #expect(try await client.event("socket_disconnected", in: "/admin-ui").prefix(2) == ["/", reference])
            #expect(try await client.event("room_left", in: "/admin-ui").prefix(3) == ["/", reference, reference])
            let told = JSONValue.array(all + joined).serialized
            for secret in [before.engineSessionID, bob.engineSessionID, "eyJ", "authorization", "cookie"] {
                #expect(!told.contains(secret))
            }
        }
    }

    @Test("server_stats comes at once and with each tick, with what happened in between")
    func statistics() async throws {
        try await with { server, ui in
            let client = try await signIn(server)
            let first = try #require(try await client.event("server_stats", in: "/admin-ui").first)
            #expect(first["clientsCount"] == 1 && first["pollingClientsCount"] == 0 && first["serverId"] == "gatehouse")
            #expect(first["namespaces"]?.arrayValue?.contains(["name": "/admin-ui", "socketsCount": 1]) == true)
            try await ui.tick(server.handle)
            _ = try await client.event("server_stats", in: "/admin-ui")
            let alice = try await server.join("alice")
            for _ in 0..<3 { _ = try await alice.emitWithAck("now", [["value": 1]]) }
            try await ui.tick(server.handle)
            let later = try #require(try await client.event("server_stats", in: "/admin-ui").first)
            let received = later["aggregatedEvents"]?.arrayValue?.first { $0["type"] == "packetsIn" }
            #expect(later["clientsCount"] == 2 && received?["count"]?.integerValue ?? 0 >= 3)
            // Nobody looks: nothing is gathered, and what happens is not told later.
            try await client.close()
            try await server.eventually { ui.views.all.isEmpty }
            try await ui.tick(server.handle)
            #expect(ui.ticks.events(received: 1_000, delivered: 0, opened: 0, now: 0).isEmpty)
        }
    }

    @Test("a view whose feed has lost items gets all sockets again with the next tick")
    func stale() async throws {
        try await with { server, ui in
            let client = try await signIn(server)
            _ = try await sockets(client)
            try await ui.tick(server.handle)
            try await client.refute("all_sockets", in: "/admin-ui")
            ui.views.all.first?.becomeStale()
            try await ui.tick(server.handle)
            #expect(try await sockets(client).count == 1)
        }
    }

    @Test("MOD-22: who is confined to rooms sees these alone, and acts in these alone")
    func confined() async throws {
        try await with { server, _ in
            for (subject, rooms) in [("alice", ["red"]), ("bob", ["blue"]), ("carol", ["red", "blue"])] {
                let user = try await server.join(subject)
                for room in rooms { _ = try await user.emitWithAck("join", [["room": .string(room)]]) }
            }
            let client = try await signIn(server, rooms: ["red"])
            let seen = try await sockets(client)
            #expect(Set(seen.compactMap { $0["data"]?["user"]?["sub"]?.stringValue }) == ["alice", "carol"])
            #expect(seen.allSatisfy { $0["rooms"]?.arrayValue?.contains("blue") == false })
            let carol = try #require(seen.first { $0["data"]?["user"]?["sub"] == "carol" }?["id"])
            for (event, arguments): (String, [JSONValue]) in [
                ("_disconnect", ["/", false, carol]), ("leave", ["/", "blue", carol]),
            ] {
                #expect(try await client.emitWithAck(event, arguments, in: "/admin-ui").first?["code"] == "forbidden")
            }
            #expect(try await client.emitWithAck("leave", ["/", "red", carol], in: "/admin-ui").isEmpty)
            #expect(try await client.event("room_left", in: "/admin-ui").prefix(3) == ["/", "red", carol])
        }
    }

    // MARK: Acts

    @Test("a disconnect is a kick on record, with the reason Admin UI; close makes no difference", arguments: [false, true])
    func disconnect(close: Bool) async throws {
        try await with { server, _ in
            let alice = try await server.join("alice")
            let client = try await signIn(server)
            let id = try #require(try await sockets(client).first { $0["nsp"] == "/" }?["id"])
            try await client.emit("_disconnect", ["/", .bool(close), id], in: "/admin-ui")
            #expect(try await alice.closed().code == CloseCode.kicked.rawValue)
            #expect(try await client.event("socket_disconnected", in: "/admin-ui").prefix(2) == ["/", id])
            try await server.eventually { try await records(server, "admin.session.kick").count == 2 }
            for record in try await records(server, "admin.session.kick") {
                #expect(record.serialized.contains("Admin UI") && record["actor"]?["sub"] == "mo")
            }
        }
    }

    @Test("what moderation has not, or the rules do not allow, is refused with a decision in the log")
    func refusals() async throws {
        try await with { server, _ in
            let alice = try await server.join("alice")
            let boss = try await server.join("boss", roles: ["admin"], in: "/admin")
            let client = try await signIn(server)
            let all = try await sockets(client)
            let (id, admin) = (
                try #require(all.first { $0["nsp"] == "/" }?["id"]), try #require(all.first { $0["nsp"] == "/admin" }?["id"])
            )
            let cases: [(String, [JSONValue], String)] = [
                ("emit", ["/", id, "hello", 1], "forbidden"), ("join", ["/", "vip", id], "forbidden"),
                ("_disconnect", ["/", false, .null], "forbidden"), ("_disconnect", ["/"], "forbidden"),
                ("leave", ["/", "red"], "forbidden"), ("leave", ["/", id, id], "forbidden"), ("leave", ["/", "red", id], "not_found"),
                ("leave", ["x", "red", id], "invalid"), ("_disconnect", ["/", false, "nobody"], "not_found"),
                ("_disconnect", ["/admin", false, admin], "rank"), ("_disconnect", [["/"], false, id], "invalid"),
            ]
            for (event, arguments, code) in cases {
                let answer = try #require(try await client.emitWithAck(event, arguments, in: "/admin-ui").first)
                #expect(answer["code"] == .string(code), "\(event) \(arguments): \(answer.serialized)")
                // The log folds repeats; what staff can have explained is each of them.
                let decision = try #require(answer["decision"]?.stringValue.flatMap { ULID($0) })
                #expect(server.runtime.account(of: decision) != nil, "\(event) \(arguments)")
            }
            #expect(try await alice.emitWithAck("now", [["value": 1]]) == [1])
            _ = boss
        }
    }

    @Test("a rule of /admin-ui gives nobody what /admin does not: viewers act on nobody")
    func neverMore() async throws {
        try await with { server, _ in
            let alice = try await server.join("alice")
            let client = try await signIn(server, "vi", "viewer")
            let id = try #require(try await sockets(client).first { $0["nsp"] == "/" }?["id"])
            #expect(try await client.emitWithAck("_disconnect", ["/", false, id], in: "/admin-ui").first?["code"] == "forbidden")
            #expect(try await alice.emitWithAck("now", [["value": 1]]) == [1])
        }
        try await with(policies: Self.policies(acts: "leave")) { server, _ in
            _ = try await server.join("alice")
            let client = try await signIn(server, "boss", "admin")
            let id = try #require(try await sockets(client).first { $0["nsp"] == "/" }?["id"])
            #expect(try await client.emitWithAck("_disconnect", ["/", false, id], in: "/admin-ui").first?["code"] == "forbidden")
        }
    }

    @Test("MOD-24: who loses the right to the feed of /admin by other policies gets no more of it")
    func lost() async throws {
        try await with { server, _ in
            let client = try await signIn(server)
            _ = try await sockets(client)
            _ = try await client.event("socket_connected", in: "/admin-ui")
            var policies = Self.policies()
            policies.replace("feed.subscribe, ", with: "", in: "admin.yaml")
            policies.replace("revision: 1\n", with: "revision: 2\n", in: "admin.yaml")
            try server.directory.write(policies)
            _ = try await server.runtime.policyReload?.reload(by: .hangUp)
            try await server.eventually { server.runtime.feed.count == 0 }
            _ = try await server.join("bob")
            try await client.refute("socket_connected", in: "/admin-ui")
        }
    }

    @Test("it is there only where it is asked for, and its own policy with it")
    func offByDefault() throws {
        #expect(AdminGateway(store: .inMemory()).companions.isEmpty)
        #expect(AdminGateway(store: .inMemory(), adminUI: true).companions.count == 1)
        #expect(!ServerSettings().configuration.adminUI)
    }
}
