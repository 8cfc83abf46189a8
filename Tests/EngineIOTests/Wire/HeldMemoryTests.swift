import EngineIO
import NIOCore
import Testing

@Suite("What an unauthenticated connection can make the server hold", .timeLimit(.minutes(1)))
struct HeldMemoryTests {
    typealias T = TestServer

    struct Stream: Sendable {
        var name: String
        /// Whether it is sent on an open WebSocket; else it begins the connection.
        var isUpgraded = true
        var bytes: [UInt8]
        /// What the server must hold of it, since it is neither complete nor wrong: all but the frames' heads.
        var held: Int
    }

    /// Bytes that never complete what they begin, as large as the limits let them be.
    static let streams: [Stream] = {
        let head = Array(
            ("GET / HTTP/1.1\r\nHost: a\r\n" + (0..<4).map { "X\($0): " + String(repeating: "a", count: 8_000) + "\r\n" }.joined()).utf8)
        let part = Frames.text("4" + String(repeating: "x", count: 8_000), isFinal: false)
        return [
            Stream(name: "a head that never ends", isUpgraded: false, bytes: head, held: head.count),
            Stream(
                name: "one long message, all but its last byte",
                bytes: Frames.text("4" + String(repeating: "x", count: 16_383)).dropLast(), held: 16_383),
            Stream(
                name: "a fragmented message without an end",
                bytes: part + Frames.client(0, [UInt8](repeating: 0x78, count: 8_300)).dropLast(), held: 8_001 + 8_299),
            Stream(name: "a ping that is cut", bytes: Frames.client(9, [UInt8](repeating: 1, count: 125)).dropLast(), held: 124),
        ]
    }()

    @Test("SEC-A: what must be held is counted, and is at most 64 KiB, with one deadline entry", arguments: streams.indices)
    func bounded(index: Int) async throws {
        let stream = Self.streams[index]
        try await T.with(raises: false) { server in
            func held() async throws -> Int { try await server.server.onEachLoop { $0.heldBytes }.reduce(0, +) }
            let client = stream.isUpgraded ? try await server.openWebSocket() : try await server.connect()
            let before = try await held()
            for start in stride(from: 0, to: stream.bytes.count, by: 1_000) {
                try await client.send(stream.bytes[start..<min(start + 1_000, stream.bytes.count)])
            }
            // Until the last byte has been read.
            let end = NIODeadline.now() + .seconds(10)
            var now = before
            while now < before + stream.held {
                now = try await held()
                try #require(NIODeadline.now() < end, "\(stream.name): \(now - before) bytes are counted of \(stream.held)")
            }
            var most = 0
            for _ in 0..<50 { most = max(most, try await held()) }
            #expect(most <= 65_536, "\(stream.name)")
            #expect(try await server.server.onEachLoop { $0.deadlineCount } == [1])
        }
    }
}
