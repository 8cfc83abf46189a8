import EngineIO
import GatehouseJSON
import GatehouseTesting
import NIOCore
import SocketIO
import Testing

@testable import Gatehouse

@Suite("A client that reads nothing")
struct SlowClientTests {
    /// What nobody waits for is dropped for it first, and what counts is queued, up to a bound; nobody else notices.
    @Test("API-08, ERR-05: over a WebSocket volatile events are dropped, others queued, then it is closed with 4001; a neighbour is served")
    func pressure() async throws {
        try await TestServer.with(PendingMount(ScriptGateway<Root>()), configure: { $0.engine.outboundQueue = 400_000 }) { server in
            let slow = try await SlowReader(server, subject: "slow")
            let neighbour = try await server.join("neighbour")
            let everyone = server.handle.of("/")
            let filling = String(repeating: "x", count: 16_000)
            var sent = 0
            func send() async throws {
                sent += 1
                try everyone.emit("told", sent, filling)
                #expect(try await neighbour.event("told").first == .integer(Int64(sent)))
            }
            func isBehind() async throws -> Bool { try await server.sum { $0.session.isWritable ? 0 : 1 } == 1 }

            // The kernels take some megabytes before the server has to hold anything.
            while try await !isBehind() {
                try await send()
                try #require(sent < 2_000, "the kernels take everything")
            }
            let queued = try await server.queuedBytes
            for number in 1...3 {
                try everyone.volatile.emit("tick", number)
                #expect(try await neighbour.event("tick") == [.integer(Int64(number))])
            }
            #expect(try await server.counters().droppedVolatile == 3)
            #expect(try await server.queuedBytes == queued, "a volatile event was queued")
            try await send()
            #expect(try await server.queuedBytes > queued + filling.utf8.count, "an event that counts was not queued")
            #expect(try await everyone.fetchSockets().count == 2)
            #expect(try await server.records("session.slow").isEmpty)

            while try await everyone.fetchSockets().count == 2 {
                #expect(try await server.queuedBytes <= 400_000)
                try await send()
                try #require(sent < 2_100, "it is not cut")
            }
            #expect(try await neighbour.emitWithAck("now", [["value": 1]]) == [1])
            let records = try await server.records("session.slow")
            let sessions = try await server.records().filter { $0["actor"]?["sub"] == "slow" }.compactMap {
                $0["actor"]?["sid_h"]?.stringValue
            }
            let session = try #require(records.first?["actor"]?["sid_h"]?.stringValue)
            #expect(records.count == 1 && sessions.contains(session), "\(records), sessions \(sessions)")
            #expect(try await server.counters().droppedVolatile == 3)

            // What it finds when it reads at last: the beginning of what counts, in order, and why there is no more.
            try await slow.resume()
            var (seen, code) = (0, UInt16?.none)
            try await server.eventually {
                while let frame = slow.frame() {
                    code = code ?? frame.closeCode
                    guard frame.opcode == 1 else { continue }
                    seen += 1
                    #expect(frame.text.hasPrefix("42[\"told\",\(seen),"), "\(frame.text.prefix(40))")
                }
                return code != nil
            }
            #expect(code == CloseCode.slowConsumer.rawValue)
            #expect(seen > 0 && seen < sent)
        }
    }
}
