import EngineIO
import GatehouseJSON
import NIOCore
import Testing

@Suite("Large broadcasts over real sockets", .timeLimit(.minutes(1)))
struct BroadcastWireTests {
    typealias T = TestServer

    /// What a member of a room that is sent much in one turn owes at its end.
    struct Outcome: Sendable {
        var isOpen: Bool
        var queued: Int
    }

    /// Sends every open session the same 60 KiB so many times, all within one turn of the event loop.
    private func broadcast(_ server: T, times: Int) async throws -> [Outcome] {
        try await server.server.onEachLoop { loop in
            let message = EngineMessage.text(capacity: 61_440) { $0.writeBytes([UInt8](repeating: 0x78, count: 61_440)) }
            let sessions = loop.openSessions
            for _ in 0..<times { sessions.forEach { $0.send(message) } }
            return sessions.map { Outcome(isOpen: $0.isOpen, queued: $0.queuedBytes) }
        }.flatMap(\.self)
    }

    private func openWebSocket(_ client: RawClient) async throws {
        #expect(try await client.upgrade(T.webSocket()).status == 101)
        _ = try await client.frame()
    }

    @Test("API-08: more than the bound in one turn does not cut a client that reads", arguments: [false, true])
    func reading(isSecure: Bool) async throws {
        let tls = try TLSPair()
        try await T.with(tls: isSecure ? tls.server : nil) { server in
            let client = isSecure ? try await tls.connect(server) : try await server.connect()
            try await openWebSocket(client)
            for _ in 0..<3 {
                #expect(try await broadcast(server, times: 20).map(\.isOpen) == [true])
                for _ in 0..<20 { #expect(try await client.frame().payload.count == 61_441) }
            }
            client.close()
        }
    }

    @Test("SEC-24: a client that never reads is cut within the turn, and what it is owed stays within the bound", arguments: [false, true])
    func neverReading(isSecure: Bool) async throws {
        let tls = try TLSPair()
        try await T.with(tls: isSecure ? tls.server : nil) { server in
            let client = isSecure ? try await tls.connect(server) : try await server.connect()
            try await openWebSocket(client)
            try await client.channel.setOption(.autoRead, value: false).get()
            // More than the kernel takes for it, whatever its buffers.
            let outcomes = try await broadcast(server, times: 400)
            #expect(outcomes.map(\.isOpen) == [false])
            #expect(await server.record.closed() == [.slowConsumer])
            let held = try await server.server.onEachLoop { $0.heldBytes }.reduce(0, +)
            #expect(held <= 1_048_576 + 2 * 65_536)
            client.close()
        }
    }
}
