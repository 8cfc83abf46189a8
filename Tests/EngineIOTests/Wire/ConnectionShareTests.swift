import EngineIO
import GatehouseTestSupport
import NIOCore
import Testing

@Suite("Shares of the connections over real sockets", .timeLimit(.minutes(1)))
struct ConnectionShareTests {
    typealias T = TestServer

    private func connections(_ server: T) async throws -> Int { try await server.server.onEachLoop { $0.connectionCount }.reduce(0, +) }

    @Test("SEC-23: connections beyond what an address may have use up nobody else's share, whatever is left unsaid on them")
    func others() async throws {
        try await T.with({
            $0.connections.perAddress = 2
            $0.connections.unauthenticated = 4
            $0.connections.node = 4
        }) { server in
            var crowd: [RawClient] = []
            for _ in 0..<6 { crowd.append(try await server.connect()) }
            // Two are served, as many again may hear that they are not, the others are closed at once.
            for client in crowd.suffix(2) { #expect(await client.receiveAll().readableBytes == 0) }
            while try await connections(server) != 4 {}
            #expect(server.server.counts == (connections: 2, unauthenticated: 2))
            let other = try await RawClient(port: server.port, from: "127.0.0.2")
            #expect(try await other.upgrade(T.webSocket()).status == 101)
            #expect(try await crowd[2].get(T.polling()).status == 429)
            for client in crowd + [other] { client.close() }
            try await eventually { server.server.counts == (connections: 0, unauthenticated: 0) }
            #expect(try await server.connect().get(T.polling()).status == 200, "what was refused is not counted for ever")
        }
    }

    @Test("SEC-23: a refused connection that says nothing is let go soon, one that is served has its time")
    func deadline() async throws {
        let clock = ManualClock()
        try await T.with({
            $0.clock = clock.engineClock
            $0.connections.perAddress = 1
        }) { server in
            let served = try await server.connect()
            while try await connections(server) != 1 {}
            let refused = try await server.connect()
            while try await connections(server) != 2 {}
            clock.advance(.seconds(3))
            try await server.tick()
            #expect(await refused.receiveAll().readableBytes == 0)
            #expect(try await served.get(T.polling()).status == 200)
        }
    }

    /// What a client asks for again and again, and whether that is what the connection is for.
    static let requests: [(target: String, isOfUse: Bool)] = [
        ("/nowhere", false), ("\(T.path)?EIO=3&transport=polling", false),
        (T.polling(String(repeating: "A", count: 24)), false), (T.polling(), true),
    ]

    @Test("SEC-A: answers to what is no use to any session do not keep a connection open", arguments: requests)
    func useless(target: String, isOfUse: Bool) async throws {
        let clock = ManualClock()
        try await T.with({ $0.clock = clock.engineClock }) { server in
            let client = try await server.connect()
            for _ in 0..<3 {
                do {
                    _ = try await client.get(target)
                } catch  where !isOfUse {
                    // What any page can ask for is let go at once.
                    break
                }
                clock.advance(.seconds(12))
                try await server.tick()
            }
            if isOfUse {
                #expect(try await client.get(target).status == 200)
            } else {
                #expect(await client.receiveAll().readableBytes == 0)
            }
        }
    }
}
