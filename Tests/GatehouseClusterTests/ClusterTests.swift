#if Redis
    import Foundation
    import GatehouseCluster
    import GatehouseJSON
    import GatehouseTestSupport
    import GatehouseTesting
    import NIOCore
    import Testing

    @testable import Gatehouse

    /// Two servers over one real Redis.
    @Suite("Two nodes over Redis", .timeLimit(.minutes(3)))
    struct ClusterTests {
        struct HallGateway: Gateway {
            static let namespace: Namespace = "/hall"

            func routes(_ on: inout Routes) {
                on("join", join).emits(String.self, as: "said")
                on("say", say).emits(String.self, as: "end")
            }

            func join(_ room: RoomName, _ context: EventContext) throws -> String {
                try context.client.join(room)
                return "joined"
            }

            func say(_ text: String, _ context: EventContext) throws -> String {
                try context.everyone.emit("said", text)
                return "said"
            }
        }

        private static func node(_ name: String, _ url: String, _ adapter: ClusterSettings.Adapter) -> (Configuration) throws -> Application
        {
            { configuration in
                var configuration = configuration
                configuration.node = name
                var cluster = ClusterSettings(url: url)
                cluster.adapter = adapter
                cluster.isRequired = true
                configuration.cluster = cluster
                return try Application(configuration).mount(HallGateway()).joiningCluster()
            }
        }

        private func two(
            _ adapter: ClusterSettings.Adapter, _ body: (TestApplication, TestApplication, RedisServer) async throws -> Void
        ) async throws {
            let redis = try await RedisServer()
            try await TestApplication.run(Self.node("one", "redis://127.0.0.1:\(redis.port)", adapter)) { one in
                try await TestApplication.run(Self.node("two", "unix://\(redis.socket)", adapter)) { two in
                    try await eventually("both nodes") {
                        let counts = [one, two].map { $0.server.runtime.cluster?.status.isConnected == true }
                        return counts == [true, true]
                    }
                    try await body(one, two, redis)
                }
            }
        }

        private func all(_ app: TestApplication) -> Broadcaster { app.server.handle.of("/hall") }

        @Test(
            "CLU-20: an event reaches the clients of both nodes once, by rooms and exceptions", arguments: ClusterSettings.Adapter.allCases)
        func broadcast(_ adapter: ClusterSettings.Adapter) async throws {
            try await two(adapter) { one, two, _ in
                let ada = try await one.join("/hall", as: "ada")
                let bob = try await two.join("/hall", as: "bob")
                let cid = try await two.join("/hall", as: "cid")
                #expect(try await bob.emitWithAck("join", ["red"]) == ["joined"])
                #expect(try await ada.emitWithAck("say", ["hello"]) == ["said"])
                for client in [ada, bob, cid] { #expect(try await client.event("said") == ["hello"]) }
                // The sharded adapter listens to a room from its first member on.
                for _ in 0..<3 { #expect(try await all(one).to("red").fetchSockets().count == 1) }
                try all(one).to("red").emit("said", "red")
                try all(one).except("red").emit("said", "others")
                try all(one).emit("said", BinaryAttachment([1, 2, 3]))
                #expect(try await bob.event("said") == ["red"])
                let binary = try await bob.receive("said")
                #expect(binary.payload.attachments == [ByteBuffer(bytes: [1, 2, 3])])
                for client in [ada, cid] {
                    #expect(try await client.event("said") == ["others"])
                    #expect(try await client.receive("said").payload.attachments.count == 1)
                }
                try all(one).local.emit("said", "here")
                try all(one).emit("said", "end")
                #expect(try await ada.event("said") == ["here"])
                for client in [ada, bob, cid] { #expect(try await client.event("said") == ["end"]) }
            }
        }

        @Test("CLU-20: a client of the other node is sent to by its id alone", arguments: ClusterSettings.Adapter.allCases)
        func byID(_ adapter: ClusterSettings.Adapter) async throws {
            try await two(adapter) { one, two, _ in
                let bob = try await two.join("/hall", as: "bob")
                let cid = try await two.join("/hall", as: "cid")
                let found = try await all(one).sockets()
                #expect(found.silentNodes.isEmpty)
                #expect(Set(found.sockets.map(\.user?.subject)) == ["bob", "cid"])
                #expect(found.sockets.allSatisfy { $0.node == "two" })
                try found.sockets.first { $0.user?.subject == "bob" }?.emit("said", "you")
                try all(one).emit("said", "end")
                #expect(try await bob.event("said") == ["you"])
                #expect(try await bob.event("said") == ["end"])
                #expect(try await cid.event("said") == ["end"])
            }
        }

        @Test("CLU-20: acks come from the clients of both nodes, with attachments", arguments: ClusterSettings.Adapter.allCases)
        func acks(_ adapter: ClusterSettings.Adapter) async throws {
            try await two(adapter) { one, two, _ in
                let ada = try await one.join("/hall", as: "ada")
                let bob = try await two.join("/hall", as: "bob")
                let cid = try await two.join("/hall", as: "cid")
                try await ada.onAckRequest { _ in SocketIOPayload(["ada"]) }
                try await bob.onAckRequest { _ in SocketIOPayload(["bob"]) }
                try await cid.onAckRequest { _ in SocketIOPayload([.attachment(0)], attachments: [ByteBuffer(string: "cid")]) }
                let found = try await all(one).emitWithAck("said", "who?")
                #expect(Set(found.answers.compactMap { $0.arguments.first?.stringValue }) == ["ada", "bob"])
                #expect(found.answers.compactMap { try? $0.decode(BinaryAttachment.self) }.map(Array.init) == [Array("cid".utf8)])
                #expect(found.silent.isEmpty && found.silentNodes.isEmpty && found.silentElsewhere == 0)
                try await bob.onAckRequest { _ in nil }
                let partial = try await all(one).timeout(.milliseconds(300)).emitWithAck("said", "again?")
                #expect(partial.answers.count == 2)
                #expect(partial.silentElsewhere == 1)
                #expect(partial.silentNodes.isEmpty)
            }
        }

        @Test("CLU-20: joining, leaving and disconnecting reach the other node", arguments: ClusterSettings.Adapter.allCases)
        func acts(_ adapter: ClusterSettings.Adapter) async throws {
            try await two(adapter) { one, two, _ in
                let ada = try await one.join("/hall", as: "ada")
                let bob = try await two.join("/hall", as: "bob")
                try await all(one).socketsJoin("blue")
                for _ in 0..<3 { try await eventually { try await all(one).to("blue").fetchSockets().count == 2 } }
                try all(one).to("blue").emit("said", "blue")
                #expect(try await bob.event("said") == ["blue"])
                #expect(try await ada.event("said") == ["blue"])
                try await all(two).socketsLeave("blue")
                try await eventually { try await all(one).to("blue").fetchSockets().isEmpty }
                try await all(one).disconnectSockets()
                try await bob.disconnected(from: "/hall")
                try await ada.disconnected(from: "/hall")
            }
        }

        @Test(
            "CLU-20: servers speak with each other, and the one without a listener is silent", arguments: ClusterSettings.Adapter.allCases)
        func servers(_ adapter: ClusterSettings.Adapter) async throws {
            try await two(adapter) { one, two, _ in
                let (heard, told) = AsyncStream.makeStream(of: [JSONValue].self)
                two.server.handle.onServerEvent("hello", in: "/hall") { arguments in
                    told.yield(arguments)
                    return ["from": "two", "x": arguments.first ?? nil]
                }
                try one.server.handle.emitToServers("hello", ["a", 1], in: "/hall")
                #expect(try await heard.next() == ["a", 1])
                let answers = try await one.server.handle.askServers("hello", ["y"], in: "/hall")
                #expect(answers.answers == [["from": "two", "x": "y"]])
                let silence = try await one.server.handle.askServers("nobody", in: "/hall", timeout: .milliseconds(200))
                #expect(silence.answers.isEmpty)
                #expect(silence.silentNodes.count == 1)
            }
        }

        @Test("What crosses Redis passes the receive rules of the node that delivers it", arguments: ClusterSettings.Adapter.allCases)
        func rules(_ adapter: ClusterSettings.Adapter) async throws {
            let policy = """
                apiVersion: gatehouse/v1
                kind: NamespacePolicy
                namespace: /hall
                revision: 1
                transports: [websocket]
                origin: { allow_missing: true }
                connect: { allow: [{ id: hall.open, when: { issuer: test } }] }
                rooms: { join: { allow: [{ id: hall.join, room: "**" }] } }
                send: { allow: [{ id: hall.send, event: "**" }] }
                receive: { allow: [{ id: hall.staff, event: "said", when: { roles: { any_of: [staff] } } }, { id: hall.end, event: end }] }
                """
            let redis = try await RedisServer()
            let url = "redis://127.0.0.1:\(redis.port)"
            try await TestApplication.run(Self.node("one", url, adapter), policies: .files(["hall.yaml": policy])) { one in
                try await TestApplication.run(Self.node("two", url, adapter), policies: .files(["hall.yaml": policy])) { two in
                    let guest = try await two.join("/hall", as: "guest")
                    let staff = try await two.join("/hall", as: "boss", roles: ["staff"])
                    try all(one).emit("said", "secret")
                    try all(one).emit("end", "of it")
                    #expect(try await staff.event("said") == ["secret"])
                    #expect(try await guest.event("end") == ["of it"])
                    try await guest.refute("said", within: .milliseconds(1))
                }
            }
        }

        @Test("CLU-01, CLU-16: what is for clients of this node alone never reaches the adapter")
        func local() async throws {
            try await two(.streams) { one, _, _ in
                let ada = try await one.join("/hall", as: "ada")
                try all(one).local.emit("said", 1)
                for found in try await all(one).local.fetchSockets() { try found.emit("said", 3) }
                #expect(try await ada.event("said") == [1])
                #expect(try await ada.event("said") == [3])
                #expect(await one.server.runtime.cluster?.measure().published == 0)
                try all(one).emit("said", 4)
                #expect(try await ada.event("said") == [4])
                #expect(await one.server.runtime.cluster?.measure().published == 1)
            }
        }

        @Test("CLU-03: with Redis dead, clients of one node go on; when it is back, what streams carry is not lost")
        func outage() async throws {
            try await two(.streams) { one, two, redis in
                let ada = try await one.join("/hall", as: "ada")
                let bob = try await two.join("/hall", as: "bob")
                redis.kill()
                // What is written before the end of its connection is seen may be lost, as the article says.
                try await eventually("a message that waits") {
                    try all(one).emit("end", 1)
                    return await one.server.runtime.cluster?.measure().backlog != 0
                }
                let before = try #require(await one.server.runtime.cluster?.measure())
                for index in 0..<20 { #expect(try await ada.emitWithAck("say", [.string("m\(index)")]) == ["said"]) }
                for index in 0..<20 { #expect(try await ada.event("said") == [.string("m\(index)")]) }
                #expect(await one.server.runtime.cluster?.measure().backlog == before.backlog + 20)
                try await redis.start()
                for index in 0..<20 { #expect(try await bob.event("said", within: .seconds(20)) == [.string("m\(index)")]) }
                let status = try #require(await one.server.runtime.cluster?.measure())
                #expect((status.dropped, status.unanswered, status.backlog) == (0, before.unanswered, 0))
            }
        }

        @Test("CLU-20: a node that is silent costs its own answers, and is named")
        func silentNode() async throws {
            try await two(.streams) { one, two, redis in
                _ = try await one.join("/hall", as: "ada")
                _ = try await two.join("/hall", as: "bob")
                #expect(try await all(one).fetchSockets().count == 2)
                let settings = ClusterSettings(url: "redis://127.0.0.1:\(redis.port)")
                #expect(try await ClusterReport.nodes(settings).map(\.name) == ["one", "two"])
                // Nodes hear of each other with their heartbeats.
                try await eventually("both names") { one.server.runtime.cluster?.status.nodes.count == 2 }
                redis.stall()
                let found = try await all(one).timeout(.milliseconds(200)).sockets()
                redis.proceed()
                #expect(found.sockets.count == 1)
                #expect(found.silentNodes == ["two"])
            }
        }

        @Test("A Redis that refuses the password stops a start that needs it, with its reason")
        func refused() async throws {
            let redis = try await RedisServer(password: "s3cret")
            let error = await #expect(throws: StartError.self) {
                try await TestApplication.run(Self.node("one", "redis://127.0.0.1:\(redis.port)", .streams)) { _ in }
            }
            #expect(error?.description.contains("NOAUTH") == true)
        }
    }
#endif
