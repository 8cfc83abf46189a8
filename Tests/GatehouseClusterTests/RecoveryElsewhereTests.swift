#if Redis
    import Foundation
    import GatehouseAudit
    import GatehouseCluster
    import GatehouseJSON
    import GatehouseRedis
    import GatehouseTestSupport
    import GatehouseTesting
    import NIOCore
    import NIOPosix
    import SocketIO
    import Testing

    @testable import Gatehouse

    /// REC-07 over two servers and one real Redis.
    @Suite("Clients that come back to another node", .timeLimit(.minutes(3)))
    struct RecoveryElsewhereTests {
        struct HallGateway: Gateway {
            static let namespace: Namespace = "/hall"

            func routes(_ on: inout Routes) {
                on("join", join).emits(String.self, as: "said")
                on("now", now)
            }

            func join(_ room: RoomName, _ context: EventContext) throws -> String {
                try context.client.join(room)
                return "joined"
            }

            func now(_ context: EventContext) -> String { "now" }
        }

        static let policy = """
            apiVersion: gatehouse/v1
            kind: NamespacePolicy
            namespace: /hall
            revision: 1
            transports: [websocket]
            origin: { allow_missing: true }
            recovery: { window: 2m }
            connect: { allow: [{ id: hall.open, when: { issuer: test } }] }
            rooms: { join: { allow: [{ id: hall.join, room: "**" }] } }
            send: { allow: [{ id: hall.send, event: "**" }] }
            receive: { allow: [{ id: hall.said, event: "**" }] }
            """

        private func node<Value>(
            _ name: String, _ redis: RedisServer, through port: Int? = nil, policy: String = Self.policy, key: String? = nil,
            _ body: (TestApplication) async throws -> Value
        ) async throws -> Value {
            try await TestApplication.run(
                { configuration in
                    var configuration = configuration
                    configuration.node = name
                    var options = ClusterNode.Options(try RedisAddress(parsing: "redis://127.0.0.1:\(port ?? redis.port)"))
                    options.isRequired = true
                    options.key = try key.map { try MessageSeal(secret: Array($0.utf8)) }
                    return Application(configuration).mount(HallGateway()).clustered(ClusterNode(options))
                }, policies: .files(["hall.yaml": policy]), body)
        }

        private func two(
            key: String? = nil, _ body: (TestApplication, TestApplication, RedisServer) async throws -> Void
        ) async throws {
            let redis = try await RedisServer()
            try await node("one", redis, key: key) { one in
                try await node("two", redis, key: key) { two in try await body(one, two, redis) }
            }
        }

        private func all(_ app: TestApplication) -> Broadcaster { app.server.handle.of("/hall") }

        /// A client, and what it knows when it has lost its connection.
        private struct Joined {
            let client: SocketIOClient
            let id: String
            var auth: JSONObject
        }

        private func join(_ app: TestApplication, _ rooms: String...) async throws -> Joined {
            let client = try await app.connect(Self.hall)
            let id = try await client.join("/hall", auth: ["token": .string(try app.token("ada"))])
            for room in rooms { #expect(try await client.emitWithAck("join", [.string(room)]) == ["joined"]) }
            return Joined(client: client, id: id, auth: ["pid": .string(try #require(try await client.recoveryID(in: "/hall")))])
        }

        private static var hall: SocketIOClient.Options {
            var options = SocketIOClient.Options()
            options.namespace = "/hall"
            return options
        }

        private func back(
            _ app: TestApplication, _ lost: Joined, as subject: String = "ada"
        ) async throws -> (client: SocketIOClient, isRecovered: Bool) {
            let client = try await app.connect(Self.hall)
            var auth = lost.auth
            auth["token"] = .string(try app.token(subject))
            let id = try await client.join("/hall", auth: auth)
            return (client, id == lost.id)
        }

        /// The connection ends, and the node notices it.
        private func cut(_ app: TestApplication, _ joined: Joined) async throws {
            try await joined.client.close()
            try await eventually("the node has noticed") { try await all(app).local.fetchSockets().isEmpty }
        }

        private func said(_ client: SocketIOClient, _ count: Int) async throws -> [String] {
            var texts: [String] = []
            for _ in 0..<count { texts.append(try await client.event("said").first?.stringValue ?? "") }
            return texts
        }

        @Test(
            "REC-07: it has its id, its rooms, and once what it missed of all nodes", arguments: [nil, String(repeating: "k", count: 32)])
        func goesOn(_ key: String?) async throws {
            try await two(key: key) { one, two, redis in
                var ada = try await join(one, "red")
                try all(two).in("red").emit("said", "a")
                #expect(try await said(ada.client, 1) == ["a"])
                try all(one).emit("said", "b")
                let last = try await ada.client.event("said")
                #expect(last.first == "b")
                ada.auth["offset"] = last.last
                try await cut(one, ada)
                try all(one).in("red").emit("said", "1")
                try all(two).in("red").emit("said", "2")
                try all(two).in("blue").emit("said", "not its room")
                try all(two).emit("said", "3")
                try await eventually("two has read it") { kept(two) == 6 }
                let (client, isRecovered) = try await back(two, ada)
                #expect(isRecovered)
                #expect(try await said(client, 3).sorted() == ["1", "2", "3"])
                try all(one).in("red").emit("said", "live")
                #expect(try await said(client, 1) == ["live"])
                _ = try await client.emitWithAck("now", [])
                try await client.refute("said", within: .zero)
                // REC-03: it is good once, and the other node has not kept it.
                try await client.close()
                try await eventually("the node has noticed") { try await all(two).local.fetchSockets().isEmpty }
                #expect(try await back(two, ada).isRecovered)
                #expect(
                    try await back(one, Joined(client: client, id: ada.id, auth: ["pid": .string(Bits128.random().description)]))
                        .isRecovered == false)
            }
        }

        @Test(
            "REC-05: what a node could not tell the others at once does not come again after the node after the next",
            arguments: [true, false])
        func twoMoves(_ isToTheFirst: Bool) async throws {
            let redis = try await RedisServer()
            let proxy = try await FaultProxy.start(to: redis.port, on: MultiThreadedEventLoopGroup.singleton.next())
            try await node("one", redis, through: proxy.port) { one in
                try await node("two", redis) { two in
                    try await node("three", redis) { three in
                        var ada = try await join(one, "red")
                        try await eventually("Redis knows the room") { try sessions(redis).contains { $0.contains("red") } }
                        try await proxy.apply(.cut)
                        try await eventually("one is cut off") { one.server.runtime.cluster?.status.isSending == false }
                        try all(one).in("red").emit("said", "1")
                        ada.auth["offset"] = try await ada.client.event("said").last
                        try await ada.client.close()
                        // It gets something there, and leaves before the first message has come.
                        var (client, isRecovered) = try await back(two, ada)
                        #expect(isRecovered)
                        try all(two).in("red").emit("said", "2")
                        ada.auth["offset"] = try await client.event("said").last
                        try await client.close()
                        try await eventually("the node has noticed") { try await all(two).local.fetchSockets().isEmpty }
                        let last = isToTheFirst ? one : three
                        if isToTheFirst {
                            try await proxy.apply(nil)
                            try await eventually("one has told it", within: .seconds(20)) { kept(two) == 2 && kept(one) == 2 }
                        }
                        (client, isRecovered) = try await back(last, ada)
                        #expect(isRecovered)
                        if !isToTheFirst { try await proxy.apply(nil) }
                        try await eventually("one has told it", within: .seconds(20)) { kept(last) == 2 }
                        try all(one).in("red").emit("said", "3")
                        #expect(try await said(client, 1) == ["3"])
                    }
                }
            }
            try await proxy.stop()
        }

        @Test("An event that was lost on its way to the others does not come late to a client that has got what was sent after it")
        func lost() async throws {
            let redis = try await RedisServer()
            let proxy = try await FaultProxy.start(to: redis.port, on: MultiThreadedEventLoopGroup.singleton.next())
            try await node("one", redis, through: proxy.port) { one in
                try await node("two", redis) { two in
                    var ada = try await join(two, "red")
                    try await proxy.apply(.stall)
                    try all(one).in("red").emit("said", "1")
                    try await eventually("it is on its way") { await one.server.runtime.cluster?.measure().published == 1 }
                    try await proxy.apply(.cut)
                    try await eventually("it is lost") { await one.server.runtime.cluster?.measure().unanswered == 1 }
                    try await proxy.apply(nil)
                    try await eventually("one is back", within: .seconds(20)) { one.server.runtime.cluster?.status.isConnected == true }
                    try await one.advance(by: .seconds(1))
                    try all(one).in("red").emit("said", "2")
                    let second = try await ada.client.event("said")
                    #expect(second.first == "2")
                    ada.auth["offset"] = second.last
                    try await cut(two, ada)
                    let (client, isRecovered) = try await back(one, ada)
                    #expect(isRecovered)
                    try all(one).in("red").emit("said", "3")
                    #expect(try await said(client, 1) == ["3"])
                }
            }
            try await proxy.stop()
        }

        private func kept(_ app: TestApplication) -> Int? {
            app.server.runtime.sockets.definition("/hall")?.recovery?.counts.messages
        }

        private func sessions(_ redis: RedisServer) throws -> [String] {
            try redis.command("KEYS", "*:session:*").split(separator: "\n").map { try redis.command("GET", String($0)) }
        }

        @Test("Where recovery is turned off, or off and on, nobody comes back to a session of before", arguments: [false, true])
        func turnedOff(andOn: Bool) async throws {
            try await two { one, two, redis in
                let ada = try await join(one, "red")
                try await eventually("Redis knows the room") { try sessions(redis).contains { $0.contains("red") } }
                let off = Self.policy.replacing("recovery: { window: 2m }", with: "").replacing("revision: 1", with: "revision: 2")
                for text in [off] + (andOn ? [Self.policy.replacing("revision: 1", with: "revision: 3")] : []) {
                    try Data(text.utf8).write(to: URL(fileURLWithPath: one.directory + "/policies/hall.yaml"))
                    _ = try await one.server.runtime.policyReload?.reload(by: .hangUp)
                }
                try await cut(one, ada)
                try await eventually("it is forgotten") { try sessions(redis).isEmpty }
                #expect(try await !back(two, ada).isRecovered)
            }
        }

        @Test("A node that ended without a word has told what is needed; a connection that it still has is closed")
        func killed() async throws {
            try await two { one, two, redis in
                var ada = try await join(one, "red")
                try all(one).in("red").emit("said", "before")
                ada.auth["offset"] = try await ada.client.event("said").last
                try await eventually("Redis knows the room") { try sessions(redis).contains { $0.contains("red") } }
                // The client comes back while the first node believes it to be there.
                try all(two).in("red").emit("said", "after")
                let (client, isRecovered) = try await back(two, ada)
                let refusals = try await two.auditRecords("session.not_recovered").map(\.serialized)
                #expect(isRecovered, "\(refusals)")
                #expect(try await said(client, 1) == ["after"])
                try await eventually("the old connection has gone") { try await all(one).local.fetchSockets().isEmpty }
                try all(one).in("red").emit("said", "live")
                #expect(try await said(client, 1) == ["live"])
                // What the first node said of it as it went has changed nothing.
                ada.auth["offset"] = nil
                try await client.close()
                try await eventually("the node has noticed") { try await all(two).local.fetchSockets().isEmpty }
                let (again, isAgain) = try await back(one, ada)
                #expect(isAgain)
                #expect(try await said(again, 3).sorted() == ["after", "before", "live"])
            }
        }

        @Test("REC-03, REC-04: others' secrets, sessions that were ended, and forged ones are refused", arguments: 0..<5)
        func refused(_ way: Int) async throws {
            try await two(key: way == 3 ? String(repeating: "k", count: 32) : nil) { one, two, redis in
                let ada = try await join(one)
                try await eventually("Redis knows it") { try sessions(redis).count == 1 }
                // Neither the secret nor the user stands there.
                let all = try redis.command("KEYS", "*") + sessions(redis).joined()
                #expect(!all.contains(ada.auth["pid"]?.stringValue ?? "?") && !all.contains("\"ada\""))
                switch way {
                case 0: break
                case 1: try await self.all(one).disconnectSockets()
                case 2: try await ada.client.leave("/hall")
                default:
                    let key = try redis.command("KEYS", "*:session:*")
                    let place = try #require(try sessions(redis).first?.split(separator: "\"").first { $0.count == 44 })
                    let forged = try redis.command("GET", key).replacingOccurrences(
                        of: "\"rooms\":[]", with: way == 3 ? "\"rooms\":[[\"red\",true,\"\(place)\"]]" : "\"rooms\":[[\"red\",true]]")
                    try redis.command("SET", key, forged)
                }
                if (1...2).contains(way) { try await eventually("it is forgotten") { try sessions(redis).isEmpty } }
                #expect(try await back(two, ada, as: way == 0 ? "mallory" : "ada").isRecovered == false)
                // Somebody else's attempt has not spent it.
                if way == 0 { #expect(try await back(two, ada).isRecovered) }
            }
        }

        @Test(
            "REC-05: a node that starts later reads back what was missed; what the stream has lost makes a new session",
            arguments: [true, false])
        func later(_ isTrimmed: Bool) async throws {
            let redis = try await RedisServer()
            try await node("one", redis) { one in
                // What was before the first entry of the stream, nobody knows.
                let earlier = "{\"packet\":{\"type\":2,\"data\":[\"said\",0]},\"opts\":{\"rooms\":[],\"except\":[],\"flags\":{}}}"
                try redis.command("XADD", "socket.io", "*", "uid", "x", "nsp", "/hall", "type", "3", "data", earlier)
                try await eventually("it is read") { kept(one) == 1 }
                let ada = try await join(one)
                for text in ["1", "2"] { try all(one).emit("said", text) }
                #expect(try await said(ada.client, 2) == ["1", "2"])
                try await cut(one, ada)
                if isTrimmed { try redis.command("XTRIM", "socket.io", "MAXLEN", "1") }
                try await node("two", redis) { two in
                    // It names no offset, so it is owed everything since its session began.
                    let (client, isRecovered) = try await back(two, ada)
                    #expect(isRecovered == !isTrimmed)
                    if isRecovered { #expect(try await said(client, 2) == ["1", "2"]) }
                }
            }
        }

        @Test("A Redis that is away, or does not answer, costs the session and not the client", arguments: [true, false])
        func away(_ isKilled: Bool) async throws {
            try await two { one, two, redis in
                let ada = try await join(one)
                try await cut(one, ada)
                if isKilled {
                    redis.kill()
                    try await eventually("two has noticed") { two.server.runtime.cluster?.status.isConnected == false }
                } else {
                    redis.stall()
                }
                #expect(try await back(two, ada).isRecovered == false)
                if !isKilled { redis.proceed() }
            }
        }
    }
#endif
