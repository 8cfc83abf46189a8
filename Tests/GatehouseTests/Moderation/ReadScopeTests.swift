import GatehouseAudit
import GatehouseJSON
import GatehouseTestSupport
import GatehouseTesting
import GatehouseTokens
import Testing

@testable import Gatehouse
@testable import GatehouseModeration

@Suite("What staff read who are confined to rooms")
struct ReadScopeTests {
    /// A server with `alice` in the room `red`, `bob` in `blue`, `carol` in both, and something in force for each; one member of staff is
    /// confined to `red`, the other is not.
    private func with(_ body: (TestServer, _ confined: SocketIOClient, _ free: SocketIOClient) async throws -> Void) async throws {
        let policies = ActScript.policies(readScope: true)
        try await ActScript.with(policies: policies) { server in
            for (subject, rooms) in [("alice", ["red"]), ("bob", ["blue"]), ("carol", ["red", "blue"])] {
                let client = try await server.join(subject)
                for room in rooms { _ = try await client.emitWithAck("join", [["room": .string(room)]]) }
            }
            let admin = try await ActScript.staff(server, "boss", "admin")
            for room: JSONValue in ["red", "blue"] {
                for (verb, payload): (String, JSONObject) in [
                    ("room.lock", ["ns": "/", "room": room]),
                    ("user.mute", ["user": ActScript.user("carol"), "ns": "/", "room": room, "duration_s": 60]),
                    ("ban.add", ["kind": "user", "user": ActScript.user("dave"), "scope": ["ns": "/", "room": room]]),
                ] {
                    let answer = try await ActScript.act(admin, verb, payload)
                    #expect(answer["audit_seq"] != nil, "\(answer.serialized)")
                }
            }
            try await ActScript.act(admin, "note.add", ["user": ActScript.user("carol"), "text": "everywhere"])
            try await body(server, try await ActScript.staff(server, rooms: ["red"]), try await ActScript.staff(server, "free"))
        }
    }

    /// The rooms, or the users, that the items of an answer are about.
    private func seen(_ answer: JSONValue, _ member: String) -> [String] {
        (answer["items"]?.arrayValue ?? []).compactMap { item in
            member == "user" ? item["user"]?["sub"]?.stringValue : item[member]?.stringValue
        }.sorted()
    }

    @Test("MOD-22: lists hold what is about one's rooms, and those who are not confined see all")
    func lists() async throws {
        try await with { _, confined, free in
            #expect(seen(try await ActScript.read(confined, "session.list"), "user") == ["alice", "carol"])
            #expect(seen(try await ActScript.read(free, "session.list", ["ns": "/"]), "user") == ["alice", "bob", "carol"])
            let carol = try await ActScript.read(confined, "session.list", ["user": ActScript.user("carol")])["items"]?[0]
            #expect(carol?["rooms"] == ["red"])
            #expect(seen(try await ActScript.read(confined, "session.list", ["room": "blue"]), "user") == ["carol"])
            #expect(seen(try await ActScript.read(confined, "room.list", ["ns": "/"]), "room") == ["red"])
            for verb in ["mute.list", "lock.list", "ban.list", "act.list"] {
                let own = seen(try await ActScript.read(confined, verb), "room")
                #expect(!own.isEmpty && own.allSatisfy { $0 == "red" }, "\(verb): \(own)")
                #expect(seen(try await ActScript.read(free, verb), "room").contains("blue"), "\(verb)")
            }
        }
    }

    @Test("MOD-22: a session, a room, a user and the log are read as far as they are in one's rooms")
    func details() async throws {
        try await with { _, confined, free in
            let sessions = try await ActScript.read(free, "session.list", ["ns": "/"])["items"]?.arrayValue ?? []
            for session in sessions {
                let answer = try await ActScript.read(confined, "session.get", ["sid_ref": session["sid_ref"] ?? .null])
                let isOurs = session["user"]?["sub"] != "bob"
                #expect((answer["code"] == "not_found") == !isOurs, "\(answer.serialized)")
                if isOurs { #expect(answer["sockets"]?[0]?["rooms"] == ["red"]) }
            }
            #expect(try await ActScript.read(confined, "room.get", ["ns": "/", "room": "blue"])["code"] == "forbidden")
            #expect(try await ActScript.read(confined, "room.get", ["ns": "/", "room": "red"])["count"] == 2)
            let carol = try await ActScript.read(confined, "user.get", ["user": ActScript.user("carol")])
            #expect(carol["notes"] == [] && carol["mutes"]?.arrayValue?.count == 1 && carol["sessions"]?[0]?["rooms"] == ["red"])
            #expect(try await ActScript.read(confined, "user.get", ["user": ActScript.user("bob")])["sessions"] == [])
            #expect(try await ActScript.read(free, "user.get", ["user": ActScript.user("carol")])["notes"]?.arrayValue?.count == 1)
        }
    }

    @Test("MOD-22: the log is read about one's rooms alone")
    func log() async throws {
        try await with { server, _, _ in
            let client = try await server.connect()
            let token = try TestTokens.token(
                "auditor", roles: ["admin"], now: server.clock.wallMilliseconds / 1_000, claims: ["mod_rooms": ["red"]])
            try await client.join("/admin", auth: ["token": .string(token)])
            #expect(try await ActScript.read(client, "audit.query")["code"] == "forbidden")
            #expect(try await ActScript.read(client, "audit.query", ["room": "blue"])["code"] == "forbidden")
            #expect(try await ActScript.read(client, "audit.query", ["room": "red"])["records"]?.arrayValue?.isEmpty == false)
        }
    }

    /// A member of staff of the role admin whose token names the rooms.
    private func admin(_ server: TestServer, _ subject: String, rooms: [String]) async throws -> SocketIOClient {
        try await ActScript.staff(server, subject, "admin", rooms: rooms)
    }

    @Test("MOD-22: a refusal is explained, and an act that waits is listed, granted and rejected, in one's rooms alone")
    func accountsAndApprovals() async throws {
        var policies = ActScript.policies(readScope: true)
        policies.replace(
            "{ event: [token.revoke_all, drain],", with: "{ event: [token.revoke_all, drain, room.lock, note.add],", in: "admin.yaml")
        policies.replace("room: \"**\" }", with: "room: \"none\" }", in: "root.yaml")
        try await ActScript.with(policies: policies) { server in
            let alice = try await server.join("alice")
            var decisions: [String: JSONValue] = [:]
            for room in ["red", "blue"] {
                decisions[room] = try await alice.emitWithAck("join", [["room": .string(room)]]).first?["decision"]
            }
            let (red, free) = (try await admin(server, "rita", rooms: ["red"]), try await ActScript.staff(server, "boss", "admin"))
            #expect(try await ActScript.read(red, "policy.explain", ["decision": decisions["red"] ?? .null])["resource"]?["room"] == "red")
            #expect(try await ActScript.read(red, "policy.explain", ["decision": decisions["blue"] ?? .null])["code"] == "not_found")
            #expect(
                try await ActScript.read(free, "policy.explain", ["decision": decisions["blue"] ?? .null])["resource"]?["room"] == "blue")

            var waiting: [String: JSONValue] = [:]
            for (place, verb, payload): (String, String, JSONObject) in [
                ("red", "room.lock", ["ns": "/", "room": "red"]), ("blue", "room.lock", ["ns": "/", "room": "blue"]),
                ("everywhere", "note.add", ["user": ActScript.user("alice"), "text": "a note"]),
            ] {
                let id = ActScript.id()
                #expect(try await ActScript.act(free, verb, payload, id: id)["code"] == "needs_approval")
                waiting[place] = .string(id)
            }
            func ids(_ staff: SocketIOClient) async throws -> Set<String> {
                Set(
                    (try await ActScript.read(staff, "approval.list")["items"]?.arrayValue ?? []).compactMap {
                        $0["approval_id"]?.stringValue
                    })
            }
            #expect(try await ids(free).count == 3)
            #expect(try await ids(red) == [waiting["red"]?.stringValue ?? ""])
            for place in ["blue", "everywhere"] {
                for verb in ["approval.grant", "approval.reject"] {
                    #expect(
                        try await ActScript.act(red, verb, ["approval_id": waiting[place] ?? .null])["code"] == "not_found",
                        "\(verb) \(place)")
                }
            }
            #expect(try await ActScript.act(red, "approval.grant", ["approval_id": waiting["red"] ?? .null])["audit_seq"] != nil)
            #expect(try await ids(free).count == 2)
        }
    }

    @Test("MOD-22, MOD-24: the feed tells of one's rooms, and ends when a newer token confines one further")
    func feed() async throws {
        try await with { server, confined, _ in
            let refused = try await ActScript.read(confined, "feed.subscribe", ["topics": ["moderation"], "room": "blue"])
            #expect(refused["code"] == "forbidden")
            _ = try await ActScript.read(confined, "feed.subscribe", ["topics": ["moderation", "alert"]])
            let admin = try await ActScript.staff(server, "boss", "admin")
            for room: JSONValue in ["blue", "red"] {
                try await ActScript.act(admin, "room.slow", ["ns": "/", "room": room, "interval_s": 3])
            }
            let item = try await confined.event("feed.moderation", in: "/admin").first?["items"]?[0]
            #expect(item?["room"] == "red" && item?["kind"] == "room.slow")
        }
        let filter = FeedFilter(rooms: ["red"])
        #expect(filter.isWithin(EventRight(isAllowed: true, rooms: nil, approval: nil)))
        #expect(filter.isWithin(EventRight(isAllowed: true, rooms: ["red", "blue"], approval: nil)))
        #expect(!filter.isWithin(EventRight(isAllowed: true, rooms: ["blue"], approval: nil)))
        #expect(!FeedFilter(room: "red").isWithin(EventRight(isAllowed: true, rooms: ["red"], approval: nil)))
        #expect(!filter.matches(FeedItem(.alert, "x", at: 0)) && FeedFilter().matches(FeedItem(.alert, "x", at: 0)))
    }
}
