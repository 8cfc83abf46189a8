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
                "4abc", "42{}", "42abc[\"message-with-ack\",1,\"2\",{\"3\":[false]}]", "42[]", "42[1]", "42[\"disconnect\"]", "40", "44{}",
                "42/other,[\"m\"]",
            ]
        )
        func malformed(_ transport: WireTransport, _ packet: String) async throws {
            try await WireSession.joined(transport).sendFatal(.text(packet))
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
