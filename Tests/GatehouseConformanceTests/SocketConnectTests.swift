import GatehouseJSON
import Testing

extension Conformance {
    @Suite("Socket.IO v5, connecting and disconnecting")
    struct SocketConnectTests {
        private static let path = EnginePath.socket.rawValue

        @Test(
            "SIO-01: a namespace is joined, and its handler sees the payload", arguments: WireTransport.allCases,
            [
                ("40", "40", "42[\"auth\",{}]"),
                ("40{\"token\":\"123\"}", "40", "42[\"auth\",{\"token\":\"123\"}]"),
                ("40/custom,", "40/custom,", "42/custom,[\"auth\",{}]"),
                ("40/custom,{\"token\":\"abc\"}", "40/custom,", "42/custom,[\"auth\",{\"token\":\"abc\"}]"),
            ]
        )
        func joins(_ transport: WireTransport, _ exchange: (connect: String, accepted: String, auth: String)) async throws {
            let session = try await WireSession(transport, Self.path)
            try await session.send(.text(exchange.connect))
            guard case .text(let text) = try await session.receive() else { throw WireSession.Unexpected(what: "no text") }
            #expect(text.hasPrefix(exchange.accepted))
            let payload = try JSONValue(parsing: String(text.dropFirst(exchange.accepted.count)))
            let sid = try #require(payload["sid"]?.stringValue)
            #expect(payload.objectValue?.count == 1)
            #expect(sid != session.sid, "the id of the namespace has nothing to do with the connection's")
            #expect(try await session.receive() == .text(exchange.auth))
        }

        @Test("SIO-02: an unknown namespace is refused in these very words", arguments: WireTransport.allCases)
        func unknown(_ transport: WireTransport) async throws {
            let session = try await WireSession(transport, Self.path)
            try await session.send("40/random")
            #expect(try await session.receive() == "44/random,{\"message\":\"Invalid namespace\"}")
        }

        @Test(
            "SIO-02: so is a name that no namespace can have", arguments: WireTransport.allCases,
            ["/my room", "/a\"b", "/r\u{e9}s", "/\u{1F600}", "/{}", "//", "/custom/", "/" + String(repeating: "n", count: 200)])
        func impossible(_ transport: WireTransport, _ name: String) async throws {
            let session = try await WireSession(transport, Self.path)
            try await session.send(.text("40\(name),{\"token\":\"x\"}"))
            #expect(try await session.receive() == .text("44\(name),{\"message\":\"Invalid namespace\"}"))
            try await session.send("40")
            #expect(try await session.receive().isText(startingWith: "40{\"sid\":"))
        }

        @Test("SEC-B: the path is served without its last slash, too", arguments: WireTransport.allCases)
        func withoutSlash(_ transport: WireTransport) async throws {
            let session = try await WireSession(transport, "/socket.io")
            try await session.send("40")
            #expect(try await session.receive().isText(startingWith: "40{\"sid\":"))
        }

        @Test("SIO-06: a handshake that is none closes the connection", arguments: WireTransport.allCases)
        func invalidHandshake(_ transport: WireTransport) async throws {
            try await WireSession(transport, Self.path).sendFatal("4abc")
        }

        @Test("SIO-04: a connection without a handshake is closed at the deadline", arguments: WireTransport.allCases)
        func noHandshake(_ transport: WireTransport) async throws {
            let session = try await WireSession(transport, Self.path)
            // Pings come at 300, 600 and 900 ms, the end at 1,000.
            let others = try await session.expectClosed(code: 4009, pings: 2...4)
            // `1` says that the session ends with this answer.
            #expect(others.allSatisfy { $0 == "1" || $0 == "6" }, "\(others)")
        }

        @Test("SIO-05: leaving the main namespace keeps the connection", arguments: WireTransport.allCases)
        func leaves(_ transport: WireTransport) async throws {
            let session = try await WireSession.joined(transport)
            try await session.send("41")
            #expect(try await session.receiveAny() == "2")
        }

        @Test("SIO-05: leaving another namespace keeps the main one", arguments: WireTransport.allCases)
        func leavesCustom(_ transport: WireTransport) async throws {
            let session = try await WireSession.joined(transport)
            try await session.send("40/custom")
            #expect(try await session.receive().isText(startingWith: "40/custom,{\"sid\":"))
            #expect(try await session.receive() == "42/custom,[\"auth\",{}]")
            try await session.send("41/custom")
            try await session.send("42[\"message\",\"message to main namespace\"]")
            #expect(try await session.receive() == "42[\"message-back\",\"message to main namespace\"]")
        }
    }
}

extension WireSession {
    /// A session in the main namespace.
    static func joined(_ transport: WireTransport) async throws -> WireSession {
        let session = try await WireSession(transport, EnginePath.socket.rawValue)
        try await session.send("40")
        #expect(try await session.receive().isText(startingWith: "40{\"sid\":"))
        #expect(try await session.receive() == "42[\"auth\",{}]")
        return session
    }
}
