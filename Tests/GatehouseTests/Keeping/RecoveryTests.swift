import GatehouseAudit
import GatehouseJSON
import GatehouseTestSupport
import GatehouseTesting
import NIOConcurrencyHelpers
import NIOCore
import SocketIO
import Testing

@testable import Gatehouse

@Suite("Clients that go on where they were")
struct RecoveryTests {
    /// A client that has lost its connection, and what its next one says.
    struct Lost {
        let id: String
        let auth: JSONObject
    }

    private func server(
        _ gateway: ScriptGateway<Root> = ScriptGateway<Root>(), recovery: String = "recovery: { window: 2m }", receive: String? = nil,
        loops: Int = 1, join: String? = nil, _ body: (TestServer) async throws -> Void
    ) async throws {
        try await TestServer.with(
            PendingMount(gateway),
            configure: {
                $0.policies = TestPolicies().allowing(join: join, receive: receive, more: recovery)
                $0.loops = loops
            }, body)
    }

    /// Joins rooms, takes an event, and loses the connection.
    private func lose(_ server: TestServer, in rooms: [String] = ["red"], offset: Bool = true) async throws -> Lost {
        let auth = try server.auth()
        let client = try await server.connect()
        let id = try await client.join("/", auth: auth)
        for room in rooms { _ = try await client.emitWithAck("join", [["room": .string(room)]]) }
        var next = auth
        next["pid"] = .string(try #require(try await client.recoveryID(in: "/")))
        if offset {
            try server.handle.of("/").emit("said", "before")
            next["offset"] = try await client.event("said").last
        }
        try await client.cutOff(.reset)
        try await gone(server, id)
        return Lost(id: id, auth: next)
    }

    /// Waits until the server has noticed.
    private func gone(_ server: TestServer, _ id: String) async throws {
        while try await server.handle.of("/").fetchSockets().contains(where: { $0.id == id }) { await Task.yield() }
    }

    /// Comes back.
    private func back(_ server: TestServer, _ lost: Lost) async throws -> (client: SocketIOClient, isRecovered: Bool) {
        let client = try await server.connect()
        let id = try await client.join("/", auth: lost.auth)
        let pid = try await client.recoveryID(in: "/")
        #expect((id == lost.id) == (pid.map { .string($0) } == lost.auth["pid"]))
        return (client, id == lost.id)
    }

    private func said(_ client: SocketIOClient, _ count: Int) async throws -> [String] {
        var texts: [String] = []
        for _ in 0..<count { texts.append(try await client.event("said").first?.stringValue ?? "") }
        return texts
    }

    @Test("REC-07, REC-09: a client that is back has its id, its rooms, and what it missed, in order", arguments: [1, 3])
    func goesOn(_ loops: Int) async throws {
        let connected = NIOLockedValueBox<[Bool]>([])
        var gateway = ScriptGateway<Root>()
        gateway.connected = { client in connected.withLockedValue { $0.append(client.recovered) } }
        try await server(gateway, loops: loops) { server in
            let lost = try await lose(server)
            for text in ["1", "2"] { try server.handle.of("/").in("red").emit("said", text) }
            try server.handle.of("/").in("blue").emit("said", "not its room")
            try server.handle.of("/").volatile.emit("said", "volatile")
            try server.handle.of("/").emit("said", "3")
            let (client, isRecovered) = try await back(server, lost)
            #expect(isRecovered)
            #expect(try await said(client, 3) == ["1", "2", "3"])
            try server.handle.of("/").in("red").emit("said", "live")
            #expect(try await said(client, 1) == ["live"])
            // REC-08
            #expect(connected.withLockedValue { $0 } == [false, true])
            let record = try #require(try await server.records("session.recovered").first)
            #expect(record["detail"]?["events"] == 3 && record["detail"]?["lost_rooms"] == 0)
        }
    }

    @Test("Without an offset a client gets everything since its session began")
    func noOffset() async throws {
        try await server { server in
            let lost = try await lose(server, offset: false)
            try server.handle.of("/").emit("said", "1")
            let (client, isRecovered) = try await back(server, lost)
            #expect(isRecovered)
            #expect(try await said(client, 1) == ["1"])
        }
    }

    @Test("REC-03: a pid is good once, for its user, in its namespace; anybody else begins anew")
    func secret() async throws {
        try await server { server in
            let lost = try await lose(server)
            var other = lost.auth
            other["token"] = try server.auth("mallory")["token"]
            #expect(try await back(server, Lost(id: lost.id, auth: other)).isRecovered == false)
            #expect(try await back(server, lost).isRecovered)
            #expect(try await back(server, lost).isRecovered == false)
            let reasons = try await server.records("session.not_recovered").map { $0["detail"]?["reason"] }
            #expect(reasons == ["unknown", "unknown"])
        }
    }

    @Test("REC-02: the token is looked at again, and so is everything else about CONNECT")
    func pipeline() async throws {
        try await server { server in
            let lost = try await lose(server)
            server.restrict(bans: [.user()])
            let client = try await server.connect()
            let refusal = await #expect(throws: ConnectRefused.self) { try await client.join("/", auth: lost.auth) }
            #expect(refusal?.code == "banned")
            // REC-04: a ban that has ended does not bring the session back.
            server.restrict()
            #expect(try await back(server, lost).isRecovered == false)
        }
    }

    @Test("REC-02, REC-06, REC-09: a room that the client is banned from meanwhile is lost, and so are its events")
    func lostRoom() async throws {
        try await server { server in
            let lost = try await lose(server, in: ["red", "blue"])
            try server.handle.of("/").in("red").emit("said", "red")
            try server.handle.of("/").in("blue").emit("said", "blue")
            server.restrict(bans: [.user("alice", "/", room: "red")])
            let (client, isRecovered) = try await back(server, lost)
            #expect(isRecovered)
            #expect(try await said(client, 1) == ["blue"])
            let sockets = try await server.handle.of("/").fetchSockets()
            #expect(sockets.first.map { Set($0.rooms) } == [lost.id, "blue"])
            let detail = try #require(try await server.records("session.recovered").first?["detail"])
            #expect(detail["lost_rooms"] == 1 && detail["room0"] == "red" && detail["events"] == 1)
        }
    }

    @Test("REC-06: the rules of now decide about what was missed")
    func receiveRules() async throws {
        try await server { server in
            let lost = try await lose(server)
            try server.handle.of("/").emit("said", "1")
            try server.handle.of("/").emit("secret", "2")
            var policies = TestPolicies().allowing(receive: "{ id: root.receive, event: said }", more: "recovery: { window: 2m }")
            policies.replace("revision: 1", with: "revision: 2", in: "root.yaml")
            try server.directory.write(policies)
            _ = try await server.runtime.policyReload?.reload(by: .hangUp)
            let (client, isRecovered) = try await back(server, lost)
            #expect(isRecovered)
            #expect(try await said(client, 1) == ["1"])
            _ = try await client.emitWithAck("now", [[:]])
            try await client.refute("secret", within: .zero)
        }
    }

    @Test("REC-06: what a shadow-muted sender sent stays hidden; a redacted message stays away, and its notice is not missed")
    func hidden() async throws {
        try await server { server in
            server.runtime.isStaff = { $0.has(role: "moderator") }
            let mallory = try await server.join("mallory")
            _ = try await mallory.emitWithAck("join", [["room": "red"]])
            let lost = try await lose(server)
            server.restrict(mutes: [.of("mallory", shadow: true)])
            _ = try await mallory.emitWithAck("say", [["room": "red", "value": "shadowed"]])
            try server.handle.of("/").in("red").emit("said", ["id": "m1", "text": "bad"] as JSONValue)
            try server.handle.of("/").in("red").emit("said", "good")
            _ = try await server.runtime.directory.redact("m1", reason: nil, in: "red", of: "/")
            let (client, _) = try await back(server, lost)
            #expect(try await said(client, 1) == ["good"])
            #expect(try await client.event("message.redacted").first?["message_id"] == "m1")
        }
    }

    @Test("REC-04: who leaves, is put out or kicked, or breaks the protocol has nothing to come back to", arguments: 0..<5)
    func notRecoverable(_ way: Int) async throws {
        try await server { server in
            let auth = try server.auth()
            let client = try await server.connect()
            let id = try await client.join("/", auth: auth)
            var next = auth
            next["pid"] = .string(try #require(try await client.recoveryID(in: "/")))
            switch way {
            case 0: try await client.leave("/")
            case 1: try await server.handle.of("/").disconnectSockets()
            case 2: try await server.handle.of("/").disconnectSockets(close: true)
            case 3: try await client.sendPacket("9")
            default:
                _ = try await server.runtime.directory.close(
                    SessionFilter(), ConnectionClosure(.kickedTemporarily, retryAfter: 1))
            }
            try await gone(server, id)
            #expect(try await back(server, Lost(id: id, auth: next)).isRecovered == false)
        }
    }

    @Test("REC-05: what does not fit makes a new session, never a gap", arguments: ["messages: 3", "bytes: 1KiB"])
    func bounded(_ bound: String) async throws {
        try await server(recovery: "recovery: { window: 2m, \(bound) }") { server in
            let lost = try await lose(server)
            for number in 0..<8 { try server.handle.of("/").emit("said", "\(number)") }
            let (client, isRecovered) = try await back(server, lost)
            #expect(!isRecovered)
            _ = try await client.emitWithAck("now", [[:]])
            try await client.refute("said", within: .zero)
            #expect(try await server.records("session.not_recovered").first?["detail"]?["reason"] == "incomplete")
        }
    }

    @Test("REC-05: after the window nothing is left, of the session or in memory")
    func window() async throws {
        try await server { server in
            let lost = try await lose(server)
            let space = try #require(server.runtime.sockets.definition("/")?.recovery)
            #expect(space.counts.sessions == 1 && space.counts.messages == 1)
            try await server.advance(.seconds(121))
            #expect(space.counts.sessions == 0 && space.counts.messages == 0 && space.counts.bytes == 0)
            #expect(try await back(server, lost).isRecovered == false)
        }
    }

    @Test("An offset that the client cannot have is refused: its events would be missed unseen")
    func forgedOffset() async throws {
        try await server { server in
            let lost = try await lose(server)
            var auth = lost.auth
            let offset = try #require(auth["offset"]?.stringValue.flatMap { RecoveryOffset($0) })
            auth["offset"] = .string(RecoveryOffset(epoch: offset.epoch, position: offset.position + 5).description)
            for number in 0..<8 { try server.handle.of("/").emit("said", "\(number)") }
            #expect(try await back(server, Lost(id: lost.id, auth: auth)).isRecovered == false)
        }
    }

    @Test("Clients that do not come back get events as the gateway sent them; the others get the offset as the last argument")
    func declined() async throws {
        try await server { server in
            var auth = try server.auth()
            auth["recovery"] = false
            let plain = try await server.connect()
            try await plain.join("/", auth: auth)
            #expect(try await plain.recoveryID(in: "/") == nil)
            let other = try await server.join("bob")
            try server.handle.of("/").emit("said", "a", 1)
            try server.handle.of("/").volatile.emit("said", "b")
            #expect(try await plain.event("said") == ["a", 1])
            #expect(try await plain.event("said") == ["b"])
            let first = try await other.event("said")
            #expect(first.count == 3 && first.last?.stringValue.flatMap { RecoveryOffset($0) }?.position == 1)
            let second = try await other.event("said")
            // So the client's last offset is one, whatever the event's own arguments are.
            #expect(second.count == 2 && second.last == first.last)
            let client = try #require(try await server.handle.of("/").fetchSockets().first { $0.principal?.subject == "bob" })
            try client.emit("said", "c")
            #expect(try await other.event("said").last?.stringValue.flatMap { RecoveryOffset($0) }?.position == 2)
        }
    }

    @Test("REC-01: off, an event and the answer to CONNECT are as ever, and 'pid' is the application's own")
    func off() async throws {
        try await server(recovery: "") { server in
            let client = try await server.join()
            #expect(try await client.recoveryID(in: "/") == nil)
            try server.handle.of("/").emit("said", "a")
            #expect(try await client.event("said") == ["a"])
            #expect(server.runtime.sockets.definition("/")?.recovery?.counts.messages == 0)
        }
    }

    @Test("Events of many threads reach each client in the order of their offsets, without a gap")
    func order() async throws {
        try await server(loops: 3) { server in
            var clients: [SocketIOClient] = []
            for number in 0..<6 { clients.append(try await server.join("user\(number)")) }
            await withTaskGroup { group in
                for _ in 0..<4 {
                    group.addTask { for number in 0..<50 { try? server.handle.of("/").emit("said", number) } }
                }
            }
            for client in clients {
                var positions: [UInt64] = []
                for _ in 0..<200 {
                    let offset = try await client.event("said").last?.stringValue.flatMap { RecoveryOffset($0) }
                    positions.append(try #require(offset?.position))
                }
                #expect(positions == Array(1...200))
            }
        }
    }
}
