import GatehouseAudit
import GatehouseJSON
import GatehouseModeration
import GatehouseTesting
import SocketIO
import Testing

@testable import Gatehouse

@Suite("Reads of sessions and rooms on /admin")
struct AdminReadTests {
    private static let policies = TestPolicies().allowing(send: "{ id: root.send, event: [join, leave, now] }").allowing("/side").allowing(
        "/admin", connect: "{ id: admin.staff, when: { roles: { any_of: [viewer, moderator, admin] } } }")

    private func server(loops: Int = 1, _ body: (TestServer) async throws -> Void) async throws {
        try await TestServer.with(
            PendingMount(ScriptGateway<Root>()), PendingMount(ScriptGateway<Side>()), PendingMount(AdminGateway(store: .inMemory())),
            configure: {
                $0.policies = Self.policies
                $0.loops = loops
            }, body)
    }

    private func staff(_ server: TestServer) async throws -> SocketIOClient {
        try await server.join("viv", roles: ["viewer"], in: "/admin")
    }

    private func ask(_ staff: SocketIOClient, _ event: String, _ payload: JSONObject) async throws -> JSONValue {
        try #require(try await staff.emitWithAck(event, [.object(payload)], in: "/admin").first)
    }

    private func user(_ subject: String) -> JSONValue { ["iss": .string(TestTokens.iss), "sub": .string(subject)] }

    @Test("MOD-01: session.get shows all of one session, with its latest refusals, and no secret")
    func session() async throws {
        try await server { server in
            let alice = try await server.join("alice", roles: ["user", "poet"])
            for room in ["red", "blue"] { try await alice.emitWithAck("join", [["room": .string(room)]]) }
            let refused = try await alice.emitWithAck("ban.everybody", ["x"]).first
            _ = try await server.join("bob").emitWithAck("ban.everybody", ["x"])
            let staff = try await staff(server)
            let listed = try await ask(staff, "session.list", ["user": user("alice")])
            let reference = try #require(listed["items"]?[0]?["sid_ref"])
            let answer = try await ask(staff, "session.get", ["sid_ref": reference])
            #expect(answer["sid_ref"] == reference && answer["user"] == user("alice") && answer["muted"] == false)
            #expect(answer["transport"] == "websocket" && answer["violations"] == 1)
            let socket = try #require(answer["sockets"]?[0])
            #expect(socket["ns"] == "/" && socket["rooms"] == ["red", "blue"] && socket["roles"] == ["user", "poet"])
            #expect(socket["id"]?.stringValue?.isEmpty == false && socket["token_exp"]?.integerValue != nil)
            #expect(answer["denials"]?.arrayValue?.count == 1)
            #expect(answer["denials"]?[0]?["decision"] == refused?["decision"])
            #expect(answer["denials"]?[0]?["event"] == "ban.everybody" && answer["denials"]?[0]?["ns"] == "/")
            #expect(!answer.serialized.contains(alice.engineSessionID))
            #expect(try await server.records("admin.session.get").count == 1)
        }
    }

    @Test("MOD-01: what is not there is not_found, and what is misspelled is invalid; both by name")
    func missing() async throws {
        let cases: [(String, JSONObject, JSONValue)] = [
            ("session.get", ["sid_ref": "01ARZ3NDEKTSV4RRFFQ69G5FAV"], "not_found"), ("session.get", [:], "invalid"),
            ("room.list", ["ns": "/nowhere"], "not_found"), ("room.list", ["ns": "nowhere"], "invalid"), ("room.list", [:], "invalid"),
            ("room.list", ["ns": "/", "limit": 201], "invalid"), ("room.get", ["ns": "/", "room": "empty"], "not_found"),
            ("room.get", ["ns": "/"], "invalid"),
        ]
        try await server { server in
            let staff = try await staff(server)
            for (event, payload, code) in cases {
                #expect(try await ask(staff, event, payload)["code"] == code, "\(event) \(JSONValue.object(payload).serialized)")
            }
        }
    }

    @Test("MOD-01: room.list pages through the rooms of a namespace in order, each once with all its members", arguments: [1, 2])
    func rooms(loops: Int) async throws {
        try await server(loops: loops) { server in
            for number in 0..<6 {
                let client = try await server.join("user\(number)")
                try await client.emitWithAck("join", [["room": "hall"]])
                try await client.emitWithAck("join", [["room": .string("room\(number % 4)")]])
            }
            _ = try await server.join("elsewhere", in: "/side").emitWithAck("join", [["room": "other"]], in: "/side")
            let staff = try await staff(server)
            var seen: [String] = []
            var cursor: JSONValue?
            repeat {
                var request: JSONObject = ["ns": "/", "limit": 2]
                request["cursor"] = cursor
                let page = try await ask(staff, "room.list", request)
                for item in page["items"]?.arrayValue ?? [] {
                    seen.append("\(item["room"]?.stringValue ?? "") \(item["members"] ?? .null)")
                }
                cursor = page["cursor"]
            } while cursor != nil && seen.count < 20
            #expect(seen.map { $0.split(separator: " ")[0] } == ["hall", "room0", "room1", "room2", "room3"])
            #expect(try await ask(staff, "room.list", ["ns": "/"])["items"]?.arrayValue?.compactMap { $0["members"] } == [6, 2, 2, 1, 1])
        }
    }

    @Test("MOD-01: room.get pages through the members of a room, and says what holds for it and for them")
    func room() async throws {
        try await server { server in
            for number in 0..<3 { try await server.join("user\(number)").emitWithAck("join", [["room": "hall"]]) }
            _ = try await server.join("outside")
            let now = server.runtime.clock.wallMilliseconds()
            let muted = UserID(iss: TestTokens.iss, subject: "user1")
            server.runtime.restrictions.replace(
                with: RestrictionSet(
                    bans: [],
                    mutes: [
                        Mute(place: .init(user: muted, namespace: "/", room: "hall"), ends: now + 60_000, isShadow: true),
                        Mute(
                            place: .init(user: UserID(iss: TestTokens.iss, subject: "user2"), namespace: nil, room: nil), ends: now,
                            isShadow: false),
                    ],
                    rooms: [
                        RoomRestriction(
                            place: .init(namespace: "/", room: "hall"), lock: .init(mode: .readOnly, ends: now + 5_000),
                            slow: .init(interval: 30_000, exemptRoles: ["poet"], ends: nil)),
                        RoomRestriction(place: .init(namespace: "/", room: "empty"), lock: .init(mode: .closed, ends: nil)),
                        RoomRestriction(place: .init(namespace: "/", room: "over"), lock: .init(mode: .closed, ends: now)),
                        RoomRestriction(place: .init(namespace: "/side", room: "far"), lock: .init(mode: .closed, ends: nil)),
                    ]))
            let staff = try await staff(server)
            var members: [String: JSONValue] = [:]
            var cursor: JSONValue?
            repeat {
                var request: JSONObject = ["ns": "/", "room": "hall", "limit": 2]
                request["cursor"] = cursor
                let page = try await ask(staff, "room.get", request)
                #expect(page["count"] == 3 && page["lock"] == ["mode": "read_only", "until": .integer(now + 5_000)])
                #expect(page["slow"] == ["interval_s": 30, "exempt_roles": ["poet"]])
                for member in page["members"]?.arrayValue ?? [] { members[member["user"]?["sub"]?.stringValue ?? ""] = member }
                cursor = page["cursor"]
            } while cursor != nil && members.count < 10
            #expect(members.keys.sorted() == ["user0", "user1", "user2"])
            #expect(members["user1"]?["mutes"] == [["until": .integer(now + 60_000), "ns": "/", "room": "hall", "shadow": true]])
            #expect(members.values.filter { $0["muted"] == true }.count == 1)
            let listed = try await ask(staff, "room.list", ["ns": "/"])["items"]
            #expect(listed?[0] == ["room": "empty", "members": 0, "lock": ["mode": "closed"]])
            #expect(listed?.arrayValue?.count == 2)
            #expect(try await ask(staff, "room.get", ["ns": "/", "room": "empty"])["members"] == [])
            let items = try await ask(staff, "session.list", ["user": user("user1")])["items"]
            #expect(items?[0]?["muted"] == true)
        }
    }
}
