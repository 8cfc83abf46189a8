import GatehouseJSON
import GatehouseTesting
import NIOCore
import Testing

@testable import Gatehouse

@Suite("What a server refuses to start with")
struct StartTests {
    /// A directory with policies and keys, and the configuration that names it.
    private func with(_ policies: TestPolicies, _ body: (Configuration) async throws -> Void) async throws {
        let directory = try TestDirectory()
        defer { directory.remove() }
        for (name, text) in policies.texts { try directory.write(text, to: "policies/\(name)") }
        try directory.write(try TestTokens.jwks(), to: "jwks.json")
        var configuration = Configuration(transport: .insecure)
        configuration.port = 0
        configuration.policies = directory.path("policies")
        configuration.root = directory.path("")
        configuration.audit = directory.path("audit")
        configuration.drainTimeout = .milliseconds(200)
        try await body(configuration)
    }

    /// Starts, and stops again what started.
    private func start(_ application: Application) async throws {
        let server = try await application.start()
        try await server.stopLeavingNothing()
    }

    @Test("a server with gateways and policies that fit starts, serves, and stops")
    func starts() async throws {
        try await with(TestPolicies().allowing()) { configuration in
            let server = try await Application(configuration).mount(ScriptGateway<Root>()).start()
            let client = try await SocketIOClient.connect(server.url)
            let now = ServerClock.system.wallMilliseconds() / 1_000
            try await client.join("/", auth: ["token": .string(try TestTokens.token("alice", now: now))])
            #expect(try await client.emitWithAck("now", [["value": 1]]) == [1])
            async let notice = client.event("system.closed")
            try await server.stopLeavingNothing()
            #expect(try await notice.first?["code"] == "shutdown")
            #expect(try await client.closed().code == 4000)
        }
    }

    struct Twice: Gateway {
        static let namespace: Namespace = "/"
        func routes(_ on: inout Routes) {
            on("now", now)
        }
        func now(_ context: EventContext) throws {}
    }

    struct Named<Name: EventName>: Gateway {
        static var namespace: Namespace { "/" }
        func routes(_ on: inout Routes) { on(Name.name, handle) }
        func handle(_ context: EventContext) throws {}
    }

    protocol EventName: Sendable { static var name: String { get } }
    enum Connect: EventName { static let name = "connect" }
    enum NewListener: EventName { static let name = "newListener" }
    enum Exception: EventName { static let name = "exception" }
    enum Refresh: EventName { static let name = "auth.refresh" }
    enum Redacted: EventName { static let name = "message.redacted" }
    enum Empty: EventName { static let name = "" }

    private static let reserved: [@Sendable (Application) -> Application] = [
        { $0.mount(Named<Connect>()) }, { $0.mount(Named<NewListener>()) }, { $0.mount(Named<Exception>()) },
        { $0.mount(Named<Refresh>()) },
        { $0.mount(Named<Redacted>()) }, { $0.mount(Named<Empty>()) },
    ]

    @Test("SIO-10, ERR-04: a handler for a reserved name is refused at start", arguments: reserved.indices)
    func reservedNames(_ index: Int) async throws {
        try await with(TestPolicies().allowing()) { configuration in
            await #expect(throws: GatewayError.self) { try await start(Self.reserved[index](Application(configuration))) }
        }
    }

    @Test("GW-03: two handlers for one event are refused, with the event's name")
    func duplicateRoute() async throws {
        try await with(TestPolicies().allowing()) { configuration in
            let error = await #expect(throws: StartError.self) {
                try await start(Application(configuration).mount(ScriptGateway<Root>()).mount(Twice()))
            }
            #expect(error?.code == .duplicateRoute)
            #expect(error?.message.contains("\"now\"") == true)
        }
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var policies: TestPolicies
        var says: [String]
    }

    static let misfits: [Case] = [
        Case(
            testDescription: "an event in a rule that no handler has",
            policies: TestPolicies().allowing(send: "{ id: send.some, event: [now, later, join, leave, say, missing] }"), says: ["missing"]),
        Case(
            testDescription: "a handler without a rule",
            policies: TestPolicies().allowing(send: "{ id: send.some, event: [now, later, join, leave] }"), says: ["say"]),
        Case(testDescription: "a namespace without a policy", policies: TestPolicies().allowing("/side"), says: ["/"]),
        Case(testDescription: "a policy without a gateway", policies: TestPolicies().allowing().allowing("/side"), says: ["/side"]),
        Case(
            testDescription: "a payload that the rule does not name",
            policies: TestPolicies().allowing(
                send: "{ id: send.now, event: now, dto: Other }\n    - { id: send.rest, event: [later, join, leave, say] }"),
            says: ["Other"]),
        Case(testDescription: "no policies at all", policies: TestPolicies(), says: ["/"]),
        Case(testDescription: "a broken policy", policies: TestPolicies().allowing(mode: "loose"), says: ["root.yaml:5", "mode"]),
    ]

    @Test("GW-03: gateways and policies that do not fit together do not start, and the line says what is missing", arguments: misfits)
    func misfit(_ one: Case) async throws {
        try await with(one.policies) { configuration in
            let error = await #expect(throws: StartError.self) {
                try await start(Application(configuration).mount(ScriptGateway<Root>()))
            }
            #expect(error?.code == .policy)
            for word in one.says { #expect(error?.description.contains(word) == true, "\(error?.description ?? "")") }
        }
    }

    struct Senseless: Gateway {
        struct Twice: Payload {
            var text: String
            static let schema = Schema(
                Field("text", \.text, .length(5...5), .length(9...9)), Field("text", \.text), make: { text, _ in Twice(text: text) })
        }
        static let namespace: Namespace = "/"
        func routes(_ on: inout Routes) { on("now", now) }
        func now(_ payload: Twice, _ context: EventContext) throws {}
    }

    @Test("VAL-16: a schema that makes no sense is refused at start")
    func senselessSchema() async throws {
        try await with(TestPolicies().allowing()) { configuration in
            let error = await #expect(throws: StartError.self) { try await start(Application(configuration).mount(Senseless())) }
            #expect(error?.code == .schema)
        }
    }

    @Test("a server without gateways, off the loopback without TLS, or without its keys does not start")
    func configuration() async throws {
        try await with(TestPolicies().allowing()) { configuration in
            #expect(await #expect(throws: StartError.self) { try await start(Application(configuration)) }?.code == .configuration)
            var open = configuration
            open.host = "0.0.0.0"
            let application = Application(open).mount(ScriptGateway<Root>())
            #expect(await #expect(throws: StartError.self) { try await start(application) }?.code == .configuration)
            var keyless = configuration
            keyless.root = configuration.policies
            let other = Application(keyless).mount(ScriptGateway<Root>())
            #expect(await #expect(throws: StartError.self) { try await start(other) }?.code == .tokens)
        }
    }
}
