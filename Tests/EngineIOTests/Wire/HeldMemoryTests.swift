import EngineIO
import NIOCore
import Testing

@Suite("What an unauthenticated connection can make the server hold", .timeLimit(.minutes(1)))
struct HeldMemoryTests {
    typealias T = TestServer

    static let head = "GET \(T.webSocket()) HTTP/1.1\r\nHost: test\r\n\(WireResponse.upgradeFields)\r\n"

    /// Bytes that never complete what they begin, as large as the limits let them be.
    static let streams: [(name: String, bytes: [UInt8])] = [
        (
            "a head that never ends",
            Array(
                ("GET / HTTP/1.1\r\nHost: a\r\n" + (0..<4).map { "X\($0): " + String(repeating: "a", count: 8_000) + "\r\n" }.joined()).utf8
            )
        ),
        ("one long message, all but its last byte", Array(head.utf8) + Frames.text("4" + String(repeating: "x", count: 16_383)).dropLast()),
        (
            "a fragmented message without an end",
            Array(head.utf8) + Frames.text("4" + String(repeating: "x", count: 8_000), isFinal: false)
                + Frames.client(0, [UInt8](repeating: 0x78, count: 8_300)).dropLast()
        ),
        ("a ping that is cut", Array(head.utf8) + Frames.client(9, [UInt8](repeating: 1, count: 125)).dropLast()),
    ]

    @Test("SEC-A: at most 64 KiB, one deadline entry", arguments: streams.indices)
    func bounded(index: Int) async throws {
        try await T.with(raises: false) { server in
            let client = try await server.connect()
            let bytes = Self.streams[index].bytes
            for start in stride(from: 0, to: bytes.count, by: 1_000) {
                try await client.send(bytes[start..<min(start + 1_000, bytes.count)])
            }
            var held = 0
            // Until the last byte has been read.
            while held < min(120, bytes.count / 3) { held = try await server.server.onEachLoop { $0.heldBytes }.reduce(0, +) }
            for _ in 0..<50 { held = max(held, try await server.server.onEachLoop { $0.heldBytes }.reduce(0, +)) }
            #expect(held <= 65_536, "\(Self.streams[index].name)")
            #expect(try await server.server.onEachLoop { $0.deadlineCount } == [1])
        }
    }
}
