#if Redis
    import Foundation
    import GatehouseCluster
    import GatehouseJSON
    import GatehouseModeration
    import GatehouseRedis
    import GatehouseTestSupport
    import GatehouseTesting
    import NIOCore
    import SocketIO
    import Testing

    @testable import Gatehouse

    /// History and presence over several servers and one real Redis.
    @Suite("Histories and presence of all nodes", .timeLimit(.minutes(3)))
    struct KeepingElsewhereTests {
        struct HallGateway: Gateway {
            static let namespace: Namespace = "/hall"

            func routes(_ on: inout Routes) { on("join", join).emits(JSONValue.self, as: "said") }

            func join(_ room: RoomName, _ context: EventContext) throws -> String {
                try context.client.join(room)
                return "joined"
            }
        }

        static let policy = """
            apiVersion: gatehouse/v1
            kind: NamespacePolicy
            namespace: /hall
            revision: 1
            transports: [websocket]
            origin: { allow_missing: true }
            history: { rooms: tea, size: 100, ttl: 10m }
            presence: { rooms: tea }
            connect: { allow: [{ id: hall.open, when: { issuer: test } }] }
            rooms: { join: { allow: [{ id: hall.join, room: "**" }] } }
            send: { allow: [{ id: hall.send, event: "**" }] }
            receive: { allow: [{ id: hall.said, event: "**" }] }
            """

        private func node<Value>(
            _ name: String, _ redis: RedisServer, _ body: (TestApplication) async throws -> Value
        ) async throws -> Value {
            try await TestApplication.run(
                { configuration in
                    var configuration = configuration
                    configuration.node = name
                    var options = ClusterNode.Options(try RedisAddress(parsing: "redis://127.0.0.1:\(redis.port)"))
                    options.isRequired = true
                    return Application(configuration).mount(HallGateway()).clustered(ClusterNode(options))
                }, policies: .files(["hall.yaml": Self.policy]), body)
        }

        private func tea(_ app: TestApplication) -> Broadcaster { app.server.handle.of("/hall").in("tea") }

        private func history(_ app: TestApplication) throws -> [HistoryEvent] { try tea(app).history(last: 100).events }

        private func member(_ app: TestApplication, _ subject: String) async throws -> SocketIOClient {
            let client = try await app.join("/hall", as: subject)
            #expect(try await client.emitWithAck("join", ["tea"]) == ["joined"])
            return client
        }

        @Test("HIS-01, HIS-02: all nodes have the same events at the same places, also one that starts later; a page goes on anywhere")
        func sameEverywhere() async throws {
            let redis = try await RedisServer()
            try await node("one", redis) { one in
                try await node("two", redis) { two in
                    for number in 0..<3 { try tea(one).emit("said", ["id": .string("a\(number)")] as JSONValue) }
                    for number in 0..<3 { try tea(two).emit("said", ["id": .string("b\(number)")] as JSONValue) }
                    try await eventually("both have all") {
                        let counts = [try history(one).count, try history(two).count]
                        return counts == [6, 6]
                    }
                    let (left, right) = (try history(one), try history(two))
                    #expect(left.map(\.id) == right.map(\.id) && left.map(\.position) == right.map(\.position))
                    #expect(left.map(\.arguments) == right.map(\.arguments) && left.map(\.time) == right.map(\.time))
                    #expect(left.allSatisfy { $0.position.offset < 1 << 53 })
                    // HIS-03: also for those who come later.
                    _ = try await one.server.runtime.directory.redact("a1", reason: nil, in: "tea", of: "/hall")
                    try await eventually("it is gone on both") {
                        try history(one).contains(where: \.isRedacted) && history(two).contains(where: \.isRedacted)
                    }
                    try await node("three", redis) { three in
                        try await eventually("it has read all") { try history(three).count == 6 }
                        try await eventually("and what was withdrawn") { try history(three).contains(where: \.isRedacted) }
                        let found = try history(three)
                        #expect(found.map(\.id) == left.map(\.id))
                        let withdrawn = left.map { $0.arguments.first?["id"] == "a1" }
                        #expect(found.map(\.isRedacted) == withdrawn)
                        let before = try tea(three).history(last: 2, before: try tea(one).history(last: 2).events.first?.id)
                        #expect(before.events.map(\.id) == left.dropLast(2).suffix(2).map(\.id))
                    }
                }
            }
        }

        @Test("PRE-01: who comes and leaves is told once for all nodes; a user who changes nodes has not left")
        func presence() async throws {
            let redis = try await RedisServer()
            try await node("one", redis) { one in
                try await node("two", redis) { two in
                    let ada = try await member(one, "ada")
                    let bob = try await member(two, "bob")
                    try await one.advance(by: .seconds(1))
                    #expect(try await changes(ada) == ["+ada"])
                    try await two.advance(by: .seconds(1))
                    #expect(try await changes(ada) == ["+bob"])
                    try await eventually("two knows of ada") { two.server.runtime.presence.others == 1 }
                    // A second connection on the other node, and the end of the first: no change for anybody.
                    let second = try await member(one, "bob")
                    try await one.advance(by: .seconds(1))
                    try await eventually("two knows of both") { two.server.runtime.presence.others == 2 }
                    try await bob.close()
                    try await eventually("two has noticed") { try await tea(two).local.fetchSockets().isEmpty }
                    try await two.advance(by: .seconds(6))
                    try await eventually("one knows of nobody there") { one.server.runtime.presence.others == 0 }
                    let presence = try await tea(two).presence()
                    #expect(presence.users.map(\.user.subject) == ["ada", "bob"])
                    try await second.close()
                    try await eventually("one has noticed") { try await tea(one).local.fetchSockets().count == 1 }
                    try await one.advance(by: .seconds(6))
                    #expect(try await changes(ada) == ["-bob"])
                    // A node that starts later asks.
                    try await node("three", redis) { three in
                        try await eventually("three knows of ada") { three.server.runtime.presence.others == 1 }
                    }
                }
            }
        }

        @Test("PRE-02: a node that dies takes its users with it within 15 seconds")
        func death() async throws {
            let redis = try await RedisServer(user: ("two", "pass"))
            try await node("one", redis) { one in
                let ada = try await member(one, "ada")
                try await one.advance(by: .seconds(1))
                #expect(try await changes(ada) == ["+ada"])
                // A node as another process would be it: it says that it lives, and then no more.
                let uid = "00000000000000aa"
                let value = PresenceWord(room: "tea", joined: [UserID(iss: "https://idp", subject: "bob")], left: []).value
                try redis.command("XADD", "socket.io", "*", "uid", uid, "gatehouse", "presence", "ns", "/hall", "value", value.serialized)
                #expect(try await changes(ada) == ["+bob"])
                let start = ContinuousClock.now
                #expect(try await changes(ada, within: .seconds(20)) == ["-bob"])
                #expect(ContinuousClock.now - start < .seconds(15))
                // What no node says is refused.
                try redis.command("XADD", "socket.io", "*", "uid", uid, "gatehouse", "presence", "ns", "/hall", "value", "{\"room\":1}")
                try await eventually("it is counted") { await one.server.runtime.cluster?.measure().refused["word"] == 1 }
            }
        }

        private func changes(_ client: SocketIOClient, within time: Duration = .seconds(20)) async throws -> [String] {
            let change = try #require(try await client.event("presence.changes", within: time).first)
            func names(_ member: String, _ sign: String) -> [String] {
                change[member]?.arrayValue?.compactMap { $0["sub"]?.stringValue.map { sign + $0 } } ?? []
            }
            return names("joined", "+") + names("left", "-")
        }
    }
#endif
