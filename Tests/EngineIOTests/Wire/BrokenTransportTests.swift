import EngineIO
import GatehouseTLS
import GatehouseTestSupport
import NIOConcurrencyHelpers
import NIOCore
import Testing

@Suite("Connections that break instead of ending", .timeLimit(.minutes(1)))
struct BrokenTransportTests {
    typealias T = TestServer

    enum End: CaseIterable { case closed, reset, truncated }

    private func end(_ client: RawClient, _ end: End) async throws {
        switch end {
        case .closed: client.close()
        case .reset: try await client.reset()
        case .truncated: try await client.truncate()
        }
    }

    @Test(
        "API-06: a WebSocket whose TCP connection is reset ends with an error; one that is simply closed does not",
        arguments: [End.closed, .reset])
    func plain(_ end: End) async throws {
        try await T.with { server in
            let client = try await server.openWebSocket()
            try await self.end(client, end)
            #expect(await server.record.closed() == [end == .closed ? .transportClose : .transportError])
        }
    }

    @Test("API-06: TLS that is cut off without close_notify is an error; with it, it is an end", arguments: End.allCases)
    func overTLS(_ end: End) async throws {
        let tls = try TLSPair()
        try await T.with(tls: tls.server) { server in
            let client = try await tls.connect(server)
            #expect(try await client.upgrade(T.webSocket()).status == 101)
            _ = try await client.frame()
            if end == .reset {
                // TLS would say goodbye first: the reset is of the connection below it.
                try await client.setLingerToReset()
                try await client.truncate()
            } else {
                try await self.end(client, end)
            }
            #expect(await server.record.closed() == [end == .closed ? .transportClose : .transportError])
        }
    }

    @Test("API-06: the same for a GET that waits over TLS")
    func polling() async throws {
        let tls = try TLSPair()
        try await T.with(tls: tls.server) { server in
            let client = try await tls.connect(server)
            let sid = try await server.open(client)
            try await client.send("GET \(T.polling(sid)) HTTP/1.1\r\nHost: test\r\n\r\n")
            try await eventually { try await server.server.onEachLoop({ $0.parkedPolls }) == [1] }
            try await client.truncate()
            #expect(await server.record.closed() == [.transportError])
        }
    }

    @Test("a close frame before the cut is an end, as nothing of the WebSocket is missing")
    func closedBefore() async throws {
        let tls = try TLSPair()
        try await T.with(tls: tls.server) { server in
            let client = try await tls.connect(server)
            #expect(try await client.upgrade(T.webSocket()).status == 101)
            _ = try await client.frame()
            try await client.sendAndTruncate(Frames.close(1000))
            #expect(await server.record.closed() == [.transportClose])
        }
    }

    static let hopeless = ["GET / HTTP/1.1\r\n\r\n", "", "\u{16}\u{03}\u{01}"]

    @Test(
        "a connection that ends before its handshake is told of once, with the peer's address; one that completes it is not",
        arguments: hopeless)
    func failedHandshakes(bytes: String) async throws {
        let tls = try TLSPair()
        let failures = NIOLockedValueBox<[String]>([])
        let telling = tls.server { peer, error in failures.withLockedValue { $0.append("\(peer ?? "-") \(error.code)") } }
        try await T.with(tls: telling) { server in
            let good = try await tls.connect(server)
            #expect(try await good.get("/nowhere").status == 404)
            good.close()
            try await eventually { server.server.counts.connections == 0 }
            let client = try await server.connect()
            // The kernel has taken the connection, the server may not have: only one that it accepted has an address for certain.
            try await eventually { server.server.counts.connections == 1 }
            if !bytes.isEmpty { try await client.send(bytes) }
            client.close()
            try await eventually { failures.withLockedValue({ $0.count }) >= 1 }
            let reset = try await server.connect()
            try await reset.reset()
            try await eventually { failures.withLockedValue({ $0.count }) >= 2 && server.server.counts.connections == 0 }
            // One that was reset before it was accepted has no peer any more.
            let told = failures.withLockedValue { $0 }
            #expect(told.count == 2 && told.first == "127.0.0.1 tls_handshake_failed")
            #expect(["127.0.0.1 tls_handshake_failed", "- tls_handshake_failed"].contains(told.last))
        }
    }
}
