import Foundation
import Gatehouse
import GatehouseTesting
import Synchronization
import Testing

@Suite("The harness for users' own tests")
struct TestApplicationTests {
    private struct Failure: Error {}

    @Test("Where everything is allowed, whoever has a token connects, joins, sends and receives, in the namespaces of patterns too")
    func allowingEverything() async throws {
        try await TestApplication.run(gateways: [MirrorGateway(), BoardGateway()]) { app in
            let ada = try await app.join("/tenant/acme", as: "ada")
            let bob = try await app.join("/tenant/acme", as: "bob", options: .init(transport: .upgrade))
            _ = try await bob.emitWithAck("enter", [["room": "lobby:1"]])
            _ = try await ada.emitWithAck("shout", [["room": "lobby:1"]])
            #expect(try await bob.event("heard") == ["lobby:1"])
            #expect(try await app.join("/board", as: "cy").emitWithAck("write", [["text": "1"]]) == ["written"])
            let stranger = try await app.connect()
            let refusal = await #expect(throws: ConnectRefused.self) { try await stranger.join("/board") }
            #expect(refusal?.code == "unauthorized")
        }
    }

    @Test(
        "A session lives through hours of the moved clock, and ends with its token, to the second",
        arguments: SocketIOClient.Transport.allCases)
    func tokensEnd(_ transport: SocketIOClient.Transport) async throws {
        try await TestApplication.run(gateways: [BoardGateway()]) { app in
            let start = app.now
            let ada = try await app.join("/board", as: "ada", lifetime: .seconds(8 * 3_600), options: .init(transport: transport))
            try await app.advance(by: .seconds(8 * 3_600 - 1))
            #expect(try await ada.emitWithAck("write", [["text": "1"]]) == ["written"])
            try await app.advance(by: .seconds(1))
            #expect(try await ada.event("system.closed").first?["code"] == "token_expired")
            #expect(try await app.auditRecords("auth.expired").count == 1)
            #expect(app.now == start + 8 * 3_600_000)
            let error = await #expect(throws: TestApplicationError.self) { try await app.advance(by: .seconds(-1)) }
            #expect(error?.code == .clock)
        }
    }

    @Test("Rates refill when the clock is moved, and not before")
    func ratesRefill() async throws {
        let policy = """
            apiVersion: gatehouse/v1
            kind: NamespacePolicy
            namespace: /board
            revision: 1
            transports: [websocket]
            origin: { allow_missing: true }
            connect: { allow: [{ id: board.open, when: { issuer: test } }] }
            send: { allow: [{ id: board.write, event: write, rate: { connection: 1/m burst 1 } }] }
            """
        try await TestApplication.run(gateways: [BoardGateway()], policies: .files(["board.yaml": policy])) { app in
            let ada = try await app.join("/board", as: "ada")
            #expect(try await ada.emitWithAck("write", [["text": "1"]]) == ["written"])
            #expect(try await ada.emitWithAck("write", [["text": "2"]]).first?["code"] == "rate_limited")
            try await app.advance(by: .seconds(60))
            #expect(try await ada.emitWithAck("write", [["text": "3"]]) == ["written"])
        }
    }

    @Test("With TLS the clients of the harness trust the server, and nobody else does")
    func tls() async throws {
        try await TestApplication.run(gateways: [BoardGateway()], tls: true) { app in
            #expect(app.server.isSecure && app.server.url.hasPrefix("https://"))
            for transport in SocketIOClient.Transport.allCases {
                let ada = try await app.join("/board", as: "ada", options: .init(transport: transport))
                #expect(try await ada.emitWithAck("write", [["text": "1"]]) == ["written"])
            }
            try await app.advance(by: .seconds(3_599))
            let error = await #expect(throws: SocketIOClientError.self) { try await SocketIOClient.connect(app.server.url) }
            #expect(error?.code == .unreachable)
        }
    }

    @Test("A test that throws is told of its own error, and its server and its directory are gone")
    func throwing() async throws {
        let seen = Mutex<(url: String, directory: String)>(("", ""))
        await #expect(throws: Failure.self) {
            try await TestApplication.run(gateways: [BoardGateway()]) { app in
                _ = try await app.join("/board", as: "ada")
                seen.withLock { $0 = (app.server.url, app.directory) }
                #expect(FileManager.default.fileExists(atPath: app.directory + "/policies/board.yaml"))
                throw Failure()
            }
        }
        let (url, directory) = seen.withLock { $0 }
        #expect(!directory.isEmpty && !FileManager.default.fileExists(atPath: directory))
        let error = await #expect(throws: SocketIOClientError.self) { try await SocketIOClient.connect(url) }
        #expect(error?.code == .unreachable)
    }

    @Test("A test that is cancelled leaves nothing behind either, and one that returns something gives it back")
    func cancelled() async throws {
        let directory = Mutex("")
        let run = Task {
            try await TestApplication.run(gateways: [BoardGateway()]) { app in
                directory.withLock { $0 = app.directory }
                unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
                try await app.advance(by: .zero)
                _ = try await app.join("/board", as: "ada")
                try await app.advance(by: .seconds(1))
                try Task.checkCancellation()
            }
        }
        await #expect(throws: CancellationError.self) { try await run.value }
        let path = directory.withLock { $0 }
        #expect(!path.isEmpty && !FileManager.default.fileExists(atPath: path))
        #expect(try await TestApplication.run(gateways: [BoardGateway()]) { $0.server.port } > 0)
    }

    @Test("A whole application is tested as the program builds it: with its stages, its limits, its path, and what it does once it runs")
    func application() async throws {
        let started = Mutex(0)
        func make(_ configuration: Configuration) -> Application {
            var configuration = configuration
            configuration.path = "/live/"
            configuration.limits.pingInterval = .seconds(25)
            configuration.limits.pingTimeout = .seconds(20)
            return Application(configuration).mount(BoardGateway())
                .stages(Stages(guards: [.when { $0.context.principal.has(role: "writer") }]))
                .onStart { server in started.withLock { $0 = server.port } }
        }
        try await TestApplication.run(make) { app in
            #expect(started.withLock { $0 } == app.server.port)
            let ada = try await app.join("/board", as: "ada", roles: ["writer"])
            let bob = try await app.join("/board", as: "bob", options: .init(transport: .polling))
            try await app.advance(by: .seconds(600))
            #expect(try await ada.emitWithAck("write", [["text": "1"]]) == ["written"])
            #expect(try await bob.emitWithAck("write", [["text": "1"]]).first?["code"] == "forbidden")
            try app.server.handle.of("/board").emit("news", "now")
            #expect(try await bob.event("news") == ["now"])
        }
    }

    @Test("An application with places of its own is refused: it would run with other policies than the test's")
    func foreignPlaces() async throws {
        let changes: [@Sendable (inout Configuration) -> Void] = [
            { $0.policies = "policies" }, { $0.audit = "var/audit" }, { $0.port = 8_443 }, { $0.root = "." },
        ]
        for change in changes {
            let error = await #expect(throws: TestApplicationError.self) {
                try await TestApplication.run({ configuration in
                    var configuration = configuration
                    change(&configuration)
                    return Application(configuration).mount(BoardGateway())
                }) { _ in }
            }
            #expect(error?.code == .configuration)
        }
    }
}
