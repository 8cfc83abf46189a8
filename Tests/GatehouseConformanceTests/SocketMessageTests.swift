import Testing

extension Conformance {
    @Suite("Socket.IO v5, messages")
    struct SocketMessageTests {
        @Test("A text event is answered with the same arguments", arguments: WireTransport.allCases)
        func text(_ transport: WireTransport) async throws {
            let session = try await WireSession.joined(transport)
            try await session.send("42[\"message\",1,\"2\",{\"3\":[true]}]")
            #expect(try await session.receive() == "42[\"message-back\",1,\"2\",{\"3\":[true]}]")
        }

        @Test("SIO-08: an event with attachments is answered with the same ones", arguments: WireTransport.allCases)
        func binary(_ transport: WireTransport) async throws {
            let session = try await WireSession.joined(transport)
            let arguments = "{\"_placeholder\":true,\"num\":0},{\"_placeholder\":true,\"num\":1}"
            try await session.send(.text("452-[\"message\",\(arguments)]"), .binary([1, 2, 3]), .binary([4, 5, 6]))
            #expect(try await session.receive() == .text("452-[\"message-back\",\(arguments)]"))
            #expect(try await session.receive() == .binary([1, 2, 3]))
            #expect(try await session.receive() == .binary([4, 5, 6]))
        }

        @Test("SIO-09: an event with an id is acknowledged under it", arguments: WireTransport.allCases)
        func ack(_ transport: WireTransport) async throws {
            let session = try await WireSession.joined(transport)
            try await session.send("42456[\"message-with-ack\",1,\"2\",{\"3\":[false]}]")
            #expect(try await session.receive() == "43456[1,\"2\",{\"3\":[false]}]")
        }

        @Test("SIO-08: an event with an id and attachments is acknowledged with them", arguments: WireTransport.allCases)
        func binaryAck(_ transport: WireTransport) async throws {
            let session = try await WireSession.joined(transport)
            let arguments = "{\"_placeholder\":true,\"num\":0},{\"_placeholder\":true,\"num\":1}"
            try await session.send(.text("452-789[\"message-with-ack\",\(arguments)]"), .binary([1, 2, 3]), .binary([4, 5, 6]))
            #expect(try await session.receive() == .text("462-789[\(arguments)]"))
            #expect(try await session.receive() == .binary([1, 2, 3]))
            #expect(try await session.receive() == .binary([4, 5, 6]))
        }

        @Test(
            "SIO-06: a malformed packet closes the connection", arguments: WireTransport.allCases,
            [
                "4abc", "42{}", "42abc[\"message-with-ack\",1,\"2\",{\"3\":[false]}]", "42[]", "42[true]", "42[\"disconnect\"]", "40",
                "44{}",
                "42/other,[\"m\"]",
            ]
        )
        func malformed(_ transport: WireTransport, _ packet: String) async throws {
            try await WireSession.joined(transport).sendFatal(.text(packet))
        }

        private static let deep = String(repeating: "[", count: 70) + String(repeating: "]", count: 70)
        private static let name = String(repeating: "n", count: 129)

        @Test(
            "SIO-06: an event that goes too far, or whose name is a number, is dropped or refused, and the connection lives on",
            arguments: WireTransport.allCases,
            [
                "42[1,\"x\"]", "421[2.5]", "42[\"\(name)\",1]", "42[\"message\",\(deep)]", "42[\"message\",{\"a\":1,\"a\":2}]",
                "42[\"message\",\"\\ud800\"]", "450-[\"message\",{\"_placeholder\":true,\"num\":0}]", "4299999999999999999999[\"message\"]",
                "43[]", "439[1]", "4399999999999999999999[]",
            ]
        )
        func tooFar(_ transport: WireTransport, _ packet: String) async throws {
            let session = try await WireSession.joined(transport)
            try await session.send(.text(packet))
            try await session.send("42[\"message\",1]")
            #expect(try await session.receive() == "42[\"message-back\",1]")
        }

        @Test("SIO-08: the attachments of a refused event do not get the stream out of step", arguments: WireTransport.allCases)
        func tooManyAttachments(_ transport: WireTransport) async throws {
            let session = try await WireSession.joined(transport)
            try await session.send([.text("4565-[\"message\"]")] + Array(repeating: .binary([1, 2, 3]), count: 65))
            try await session.send("42[\"message\",1]")
            #expect(try await session.receive() == "42[\"message-back\",1]")
        }

        @Test("EIO-03: what was buffered before the connection comes in one payload, and all of it is answered", arguments: [150, 1_000])
        func buffered(_ count: Int) async throws {
            let session = try await WireSession.joined(.polling)
            try await session.send((0..<count).map { .text("42\($0)[\"message-with-ack\",\($0)]") })
            for number in 0..<count { #expect(try await session.receive() == .text("43\(number)[\(number)]")) }
        }

        @Test(
            "SIO-06: text where an attachment is due, and an attachment where none is, close the connection",
            arguments: WireTransport.allCases)
        func attachmentsOutOfPlace(_ transport: WireTransport) async throws {
            let due = try await WireSession.joined(transport)
            try await due.send("451-[\"message\",{\"_placeholder\":true,\"num\":0}]")
            try await due.sendFatal("42[\"message\"]")
            try await WireSession.joined(transport).sendFatal(.binary([1, 2, 3]))
        }
    }
}
