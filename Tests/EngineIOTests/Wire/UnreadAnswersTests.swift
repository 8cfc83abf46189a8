import EngineIO
import NIOCore
import Testing

@Suite("Answers over HTTP that are not read", .timeLimit(.minutes(1)))
struct UnreadAnswersTests {
    typealias T = TestServer

    static let request = Array("GET /nowhere HTTP/1.1\r\nHost: test\r\n\r\n".utf8)

    /// A client whose kernel takes little, and which reads when it is told to.
    private func narrow(_ server: T) async throws -> RawClient {
        try await RawClient(port: server.port, autoRead: false) {
            try $0.syncOptions?.setOption(.socketOption(.so_rcvbuf), value: 4_096)
        }
    }

    @Test("SEC-24, SEC-A, R13: a client that reads no answer is served no further, holds little, and is cut, whatever it sends meanwhile")
    func cut() async throws {
        let clock = ManualClock()
        try await T.with({ $0.clock = clock.engineClock }) { server in
            let client = try await narrow(server)
            let flood = Task {
                while !Task.isCancelled { try await client.send([[UInt8]](repeating: Self.request, count: 2_000).joined()) }
            }
            var held = 0
            while held < 4_096 { held = try await server.server.onEachLoop { $0.heldBytes }.reduce(0, +) }
            for _ in 0..<500 { held = max(held, try await server.server.onEachLoop { $0.heldBytes }.reduce(0, +)) }
            #expect(held <= 65_536)
            #expect(try await server.server.onEachLoop { $0.deadlineCount } == [1])
            clock.advance(.seconds(7))
            try await server.tick()
            #expect(server.server.counts.connections == 1)
            clock.advance(.seconds(2))
            try await server.tick()
            #expect(server.server.counts.connections == 0)
            flood.cancel()
            client.close()
        }
    }

    @Test("SEC-24: one that reads late gets every answer, in order")
    func late() async throws {
        // The clock stands still: however long it takes until the kernels between both ends are full, no deadline passes.
        let clock = ManualClock()
        try await T.with({ $0.clock = clock.engineClock }) { server in
            let client = try await narrow(server)
            let requests = Task {
                var sent = 0
                while !Task.isCancelled {
                    let part = (sent..<sent + 1_000).map { "GET /\($0) HTTP/1.1\r\nHost: test\r\n\r\n" }.joined()
                    // HEAD in between, so that the order shows.
                    try await client.send(part.replacing("GET /\(sent) ", with: "HEAD /\(sent) "))
                    sent += 1_000
                }
                return sent
            }
            var held = 0
            while held < 4_096 { held = try await server.server.onEachLoop { $0.heldBytes }.reduce(0, +) }
            requests.cancel()
            try await client.channel.setOption(.autoRead, value: true).get()
            let count = try await requests.value
            // All answers are alike, but those to HEAD have no body: tens of thousands are compared as bytes, not read one by one.
            let bare = try await client.receive { Self.head(&$0) }
            #expect(bare.hasPrefix("HTTP/1.1 404 "))
            let whole = bare + #"{"message":"Not found"}"#
            var expected = ByteBuffer()
            for index in 1..<count { expected.writeString(index % 1_000 == 0 ? bare : whole) }
            let answers = try await client.receive { $0.readSlice(length: expected.readableBytes) }
            #expect(answers == expected)
            client.close()
        }
    }

    private static func head(_ buffer: inout ByteBuffer) -> String? {
        guard let end = buffer.readableBytesView.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        return buffer.readString(length: end.upperBound - buffer.readerIndex)
    }
}
