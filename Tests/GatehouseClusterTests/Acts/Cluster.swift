#if Redis
    import Foundation
    import GatehouseAudit
    import GatehouseCluster
    import GatehouseJSON
    import GatehouseModeration
    import GatehouseRedis
    import GatehouseTestSupport
    import GatehouseTesting
    import NIOCore

    @testable import Gatehouse

    /// Nodes with moderation over one real Redis. A second node is a user of its own at Redis, so that it can be cut off.
    struct Cluster: Sendable {
        struct HallGateway: Gateway {
            static let namespace: Namespace = "/hall"

            func routes(_ on: inout Routes) {
                on("join", join)
                on("say", say)
            }

            func join(_ room: RoomName, _ context: EventContext) throws -> String {
                try context.client.join(room)
                return "joined"
            }

            func say(_ text: String, _ context: EventContext) throws -> String { "said" }
        }

        let redis: RedisServer
        /// Where stores are that outlive their node.
        let directory: String
        var key: String?
        var retention = SharedLogRetention()
        var servesBehind = false
        var policies = TestApplication.Policies.allowingEverything

        init() async throws {
            redis = try await RedisServer(user: ("two", "pass"))
            directory = redis.directory
        }

        /// A node by its name.
        func node<Value>(
            _ name: String, store: ModerationStore = .inMemory(), isRequired: Bool = true,
            _ body: (TestApplication) async throws -> Value
        ) async throws -> Value {
            try await TestApplication.run(
                { configuration in
                    var configuration = configuration
                    configuration.node = name
                    configuration.acceptsMissingState = true
                    configuration.watchesPolicies = false
                    let user = name == "two" ? "two:pass@" : ""
                    var options = ClusterNode.Options(try RedisAddress(parsing: "redis://\(user)127.0.0.1:\(redis.port)"))
                    options.isRequired = isRequired
                    options.startTimeout = .milliseconds(isRequired ? 5_000 : 50)
                    options.retention = retention
                    options.servesBehind = servesBehind
                    options.key = try key.map { try MessageSeal(secret: Array($0.utf8)) }
                    return Application(configuration).mount(HallGateway()).mount(AdminGateway(store: store))
                        .clustered(ClusterNode(options))
                }, policies: policies, body)
        }

        /// Two nodes that are there for each other.
        func two(_ body: (TestApplication, TestApplication) async throws -> Void) async throws {
            try await node("one") { one in
                try await node("two") { two in
                    try await eventually("both nodes") { Self.isCurrent(one) && Self.isCurrent(two) }
                    try await body(one, two)
                }
            }
        }

        static func isCurrent(_ app: TestApplication) -> Bool {
            app.server.runtime.cluster?.status.isConnected == true && app.server.runtime.catchUp?.obstacle == nil
        }

        static func user(_ subject: String) -> JSONValue { ["iss": "https://test.gatehouse.invalid", "sub": .string(subject)] }

        static func staff(_ app: TestApplication, _ subject: String = "boss") async throws -> SocketIOClient {
            try await app.join("/admin", as: subject, roles: ["admin"])
        }

        static func id() -> String { ULIDGenerator.shared.next().description }

        @discardableResult
        static func act(
            _ client: SocketIOClient, _ verb: String, _ payload: JSONObject, id: String = id()
        ) async throws -> JSONValue {
            var payload = payload
            payload["request_id"] = .string(id)
            payload["reason"] = "test"
            return try await client.emitWithAck(verb, [.object(payload)]).first ?? .null
        }

        static func read(_ client: SocketIOClient, _ verb: String, _ payload: JSONObject = [:]) async throws -> JSONValue {
            try await client.emitWithAck(verb, [.object(payload)]).first ?? .null
        }

        /// What is in force on a node.
        static func state(_ app: TestApplication) -> [String] {
            let set = app.server.runtime.restrictions.current
            return set.bans.map { "\($0)" }.sorted() + set.mutes.map { "\($0)" }.sorted() + set.rooms.map { "\($0)" }.sorted()
        }
    }
#endif
