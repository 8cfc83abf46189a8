import EngineIO
import GatehouseTestSupport
import NIOCore
import NIOPosix
import Testing

@Suite("Answers that have to be gathered first", .timeLimit(.minutes(1)))
struct GatheredAnswerTests {
    private func with(
        _ answer: @escaping @Sendable (EngineRequest) async -> HTTPResponse, clock: EngineClock = .system,
        _ body: (TestServer) async throws -> Void
    ) async throws {
        try await TestServer.with(
            {
                $0.routes["/slow"] = .gathered(answer)
                $0.clock = clock
            }, body)
    }

    @Test("A request waits for its answer, and what is pipelined behind it waits too")
    func order() async throws {
        let latch = Latch()
        try await with({ request in
            if request.uri == "/slow?first" { await latch.wait() }
            return HTTPResponse(.ok, body: ByteBuffer(string: request.uri))
        }) { server in
            let client = try await server.connect()
            try await client.send("GET /slow?first HTTP/1.1\r\nHost: test\r\n\r\nGET /slow?second HTTP/1.1\r\nHost: test\r\n\r\n")
            // Another connection is answered meanwhile.
            #expect(try await server.connect().get("/slow?other").body == "/slow?other")
            latch.open()
            #expect(try await client.response().body == "/slow?first")
            #expect(try await client.response().body == "/slow?second")
        }
    }

    @Test(
        "Only GET and HEAD without a body are answered",
        arguments: [
            ("POST /slow HTTP/1.1\r\nHost: test\r\nContent-Length: 0\r\n\r\n", 400),
            ("GET /slow HTTP/1.1\r\nHost: test\r\nContent-Length: 1\r\n\r\nx", 400),
            ("GET /slow HTTP/1.1\r\nHost: test\r\n\r\n", 200),
        ])
    func methods(_ request: String, _ status: Int) async throws {
        try await with({ _ in HTTPResponse(.ok) }) { server in
            let client = try await server.connect()
            try await client.send(request)
            #expect(try await client.response().status == status)
        }
    }

    @Test("REL-25: who waits too long is cut, and an answer that comes later harms nobody")
    func late() async throws {
        let (clock, asked, latch) = (ManualClock(), Latch(), Latch())
        try await with(
            { _ in
                asked.open()
                await latch.wait()
                return HTTPResponse(.ok)
            }, clock: clock.engineClock
        ) { server in
            let client = try await server.connect()
            try await client.send("GET /slow HTTP/1.1\r\nHost: test\r\n\r\n")
            await asked.wait()
            clock.advance(.seconds(7))
            try await server.tick()
            #expect(server.server.counts.connections == 1)
            clock.advance(.seconds(2))
            try await server.tick()
            #expect(await client.receiveAll().readableBytes == 0)
            latch.open()
            #expect(try await server.connect().get("/fixed").status == 404)
        }
    }

    @Test("A server may have routes only: it speaks no Engine.IO then")
    func routesOnly() async throws {
        var configuration = EngineConfiguration()
        configuration.routes["/slow"] = .gathered { _ in HTTPResponse(.ok, body: ByteBuffer(string: "fine")) }
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let server = try await EngineServer(configuration: configuration, eventLoopGroup: group, application: nil)
        let port = try await server.bind(host: "127.0.0.1", port: 0).port ?? 0
        let client = try await RawClient(port: port)
        #expect(try await client.get("/slow").body == "fine")
        #expect(try await client.get(TestServer.polling()).status == 404)
        #expect(try await client.upgrade(TestServer.webSocket()).status == 404)
        client.close()
        #expect(try await server.shutdown(interval: .milliseconds(1), within: .seconds(5)))
        try await group.shutdownGracefully()
    }
}
