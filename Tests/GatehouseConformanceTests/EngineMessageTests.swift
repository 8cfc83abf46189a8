import NIOHTTP1
import Testing

extension Conformance {
    @Suite("Engine.IO v4, messages")
    struct EngineMessageTests {
        private static let path = EnginePath.engine.rawValue

        @Test("A text packet is echoed", arguments: WireTransport.allCases)
        func text(_ transport: WireTransport) async throws {
            let session = try await WireSession(transport, Self.path)
            try await session.send("4hello")
            #expect(try await session.receive() == "4hello")
        }

        @Test("A binary packet is echoed", arguments: WireTransport.allCases)
        func binary(_ transport: WireTransport) async throws {
            let session = try await WireSession(transport, Self.path)
            try await session.send(.binary([1, 2, 3, 4]))
            #expect(try await session.receive() == .binary([1, 2, 3, 4]))
        }

        @Test("EIO-03: several text packets posted together come back as one payload")
        func several() async throws {
            let session = try await WireSession(.polling, Self.path)
            try await session.send("4test1", "4test2", "4test3")
            #expect(try await session.payload() == ["4test1", "4test2", "4test3"])
        }

        @Test("EIO-05: text and binary packets posted together come back as one payload")
        func mixed() async throws {
            let session = try await WireSession(.polling, Self.path)
            try await session.send("4hello", .binary([1, 2, 3, 4]))
            #expect(try await session.payload() == ["4hello", .binary([1, 2, 3, 4])])
        }

        @Test("EIO-09: what is no packet closes the session", arguments: WireTransport.allCases, ["abc", "0", "2", "7", ""])
        func invalid(_ transport: WireTransport, _ text: String) async throws {
            let session = try await WireSession(transport, Self.path)
            if transport == .polling {
                #expect(try await session.post(text).status == 400)
                #expect(try await session.poll().status == 400)
            } else {
                try await session.sendFatal(.text(text))
            }
        }

        @Test("EIO-07: a second poll beside a waiting one ends both and the session")
        func duplicatePoll() async throws {
            let session = try await WireSession(.polling, Self.path)
            // Which of the two arrives first is not settled, so neither is named: one is told to close, the other is refused.
            let uri = session.uri
            async let one = Wire().request(.GET, uri)
            async let two = Wire().request(.GET, uri)
            let replies = try await [one, two].sorted { $0.status < $1.status }
            #expect(replies[0] == Wire.Reply(status: 200, body: "1"))
            #expect(replies[1].status == 400)
            #expect(try await session.poll().status == 400)
        }

        @Test("EIO-08: a poll whose connection is lost closes the session")
        func abandonedPoll() async throws {
            let session = try await WireSession(.polling, Self.path)
            try await session.abandonPoll()
            // A second poll would end the session by itself, and a session without pongs ends as well: pongs are sent until they are refused.
            for _ in 0..<1_000 {
                let reply = try await session.post("3")
                guard reply.status != 200 else { continue }
                #expect(reply.status == 400 && reply.body.contains("\"code\":1"), "\(reply)")
                return
            }
            Issue.record("the session lives on")
        }
    }
}
