import GatehouseJSON
import GatehouseTesting
import NIOCore
import Testing

@Suite("The test client speaks with a server nobody here wrote")
struct SocketIOClientTests {
    typealias Transport = SocketIOClient.Transport

    private static let peer = Result { try PythonPeer("socketio_peer.py") }

    private func connect(_ transport: Transport, _ options: SocketIOClient.Options = .init()) async throws -> SocketIOClient {
        var options = options
        options.transport = transport
        return try await SocketIOClient.connect(try Self.peer.get().address, options: options)
    }

    private func joined(_ transport: Transport) async throws -> SocketIOClient {
        let client = try await connect(transport)
        try await client.join("/chat", auth: ["token": "good"])
        return client
    }

    @Test("A good token joins, and the handshake auth arrives whole", arguments: Transport.allCases)
    func joins(_ transport: Transport) async throws {
        let client = try await connect(transport)
        let sid = try await client.join("/chat", auth: ["token": "good", "more": [1, nil]])
        #expect(!sid.isEmpty && sid != client.engineSessionID)
        #expect(try await client.event("auth", in: "/chat") == [["token": "good", "more": [1, nil]]])
        try await client.close()
        #expect(try await client.closed().side == .client)
    }

    @Test("A refusal is thrown with its code and decision, and the connection stays open", arguments: Transport.allCases)
    func refused(_ transport: Transport) async throws {
        let client = try await connect(transport)
        let refusal = await #expect(throws: ConnectRefused.self) { try await client.join("/chat", auth: ["token": "bad"]) }
        #expect(refusal?.message == "unauthorized")
        #expect(refusal?.code == "unauthorized")
        #expect(refusal?.decision == "01D")
        try await client.join("/chat", auth: ["token": "good"])
    }

    @Test("Events go both ways with their arguments", arguments: Transport.allCases)
    func echoes(_ transport: Transport) async throws {
        let client = try await joined(transport)
        try await client.emit("echo", ["ä\u{1F600}\u{1E}", 1.5, ["deep": [true, nil]]], in: "/chat")
        #expect(try await client.event("echoed", in: "/chat") == ["ä\u{1F600}\u{1E}", 1.5, ["deep": [true, nil]]])
    }

    @Test("An acknowledgement answers its own call", arguments: Transport.allCases)
    func acknowledges(_ transport: Transport) async throws {
        let client = try await joined(transport)
        async let first = client.emitWithAck("sum", [1, 2], in: "/chat")
        async let second = client.emitWithAck("sum", [30, 4], in: "/chat")
        #expect(try await first == [3])
        #expect(try await second == [34])
    }

    @Test("An acknowledgement that does not come is a timeout")
    func ackTimeout() async throws {
        let client = try await joined(.webSocket)
        let error = await #expect(throws: SocketIOClientError.self) {
            try await client.emitWithAck("silent", in: "/chat", timeout: .milliseconds(50))
        }
        #expect(error?.code == .timeout)
    }

    @Test("Attachments go both ways", arguments: Transport.allCases)
    func attachments(_ transport: Transport) async throws {
        let client = try await joined(transport)
        let bytes = ByteBuffer(bytes: (0...255).map(UInt8.init))
        let reply = try await client.call("reverse", SocketIOPayload([.attachment(0)], attachments: [bytes]), in: "/chat")
        #expect(reply.arguments == [.attachment(0), 256])
        #expect(reply.attachments == [ByteBuffer(bytes: (0...255).reversed().map(UInt8.init))])
        try await client.emit("echo", [.attachment(0), "x", .attachment(1)], attachments: [bytes, ByteBuffer()], in: "/chat")
        #expect(try await client.receive("echoed", in: "/chat").payload.attachments == [bytes, ByteBuffer()])
    }

    @Test("The server's questions are answered", arguments: Transport.allCases)
    func answers(_ transport: Transport) async throws {
        let client = try await joined(transport)
        try await client.onAckRequest { event in
            guard let what = event.arguments.first?["what"]?.integerValue else { return nil }
            return SocketIOPayload([.integer(what * 7)])
        }
        try await client.emit("ask me", in: "/chat")
        #expect(try await client.event("answered", in: "/chat") == [42])
        #expect(try await client.receive("question", in: "/chat").wantsAck)
    }

    @Test("Many events arrive in their order", arguments: Transport.allCases)
    func order(_ transport: Transport) async throws {
        let client = try await joined(transport)
        try await client.emit("many", [500], in: "/chat")
        for number in 0..<500 { #expect(try await client.event("number", in: "/chat") == [.integer(Int64(number))]) }
    }

    @Test("Heartbeats are answered: the connection outlives interval and timeout", arguments: Transport.allCases)
    func heartbeats(_ transport: Transport) async throws {
        let client = try await joined(transport)
        let error = await #expect(throws: SocketIOClientError.self) { try await client.closed(within: .milliseconds(2_500)) }
        #expect(error?.code == .timeout)
        #expect(try await client.emitWithAck("sum", [1, 1], in: "/chat") == [2])
    }

    @Test("What came before a kick is readable, and the kick is seen", arguments: Transport.allCases)
    func kicked(_ transport: Transport) async throws {
        let client = try await joined(transport)
        try await client.emit("kick me", in: "/chat")
        try await client.disconnected(from: "/chat")
        #expect(try await client.event("closed", in: "/chat") == ["kicked"])
        await #expect(throws: SocketIOClientError.self) { try await client.emit("echo", in: "/chat") }
    }

    @Test("Leaving a namespace leaves the others", arguments: Transport.allCases)
    func leaves(_ transport: Transport) async throws {
        let client = try await joined(transport)
        try await client.join("/")
        try await client.leave("/chat")
        let error = await #expect(throws: SocketIOClientError.self) { try await client.refute("headers", in: "/chat", within: .zero) }
        #expect(error?.code == .namespace, "who has left a namespace proves nothing about it")
        try await client.join("/chat", auth: ["token": "good"])
        #expect(try await client.emitWithAck("sum", [2, 2], in: "/chat") == [4])
    }

    @Test("Headers of the options are sent", arguments: Transport.allCases)
    func headers(_ transport: Transport) async throws {
        let client = try await connect(transport, .init(headers: [("X-Test", "seen")]))
        try await client.join("/")
        #expect(try await client.event("headers") == ["seen"])
    }

    @Test("An event that must not come is reported")
    func refutes() async throws {
        let client = try await joined(.webSocket)
        let error = await #expect(throws: SocketIOClientError.self) { try await client.refute("auth", in: "/chat", within: .seconds(5)) }
        #expect(error?.code == .unexpectedEvent)
    }

    @Test("That an event does not come is proved by nobody who is gone", arguments: Transport.allCases)
    func refutesWhenGone(_ transport: Transport) async throws {
        let client = try await joined(transport)
        try await client.refute("never", in: "/chat", within: .milliseconds(1))
        let open = await #expect(throws: SocketIOClientError.self) {
            try await client.refuteUntilClosed("never", in: "/chat", within: .milliseconds(1))
        }
        #expect(open?.code == .timeout)
        let waiting = Task { try await client.refute("never", in: "/chat", within: .seconds(30)) }
        try await client.sendRaw("1")
        let cut = await #expect(throws: SocketIOClientError.self) { try await waiting.value }
        #expect(cut?.code == .closed)
        let gone = await #expect(throws: SocketIOClientError.self) { try await client.refute("never", in: "/chat", within: .zero) }
        #expect(gone?.code == .closed)
        try await client.refuteUntilClosed("never", in: "/chat")
        let came = await #expect(throws: SocketIOClientError.self) { try await client.refuteUntilClosed("auth", in: "/chat") }
        #expect(came?.code == .unexpectedEvent, "what came before the end can still be read")
    }

    @Test("Nonsense that is sent raw closes the connection", arguments: [Transport.webSocket, .polling])
    func raw(_ transport: Transport) async throws {
        let client = try await joined(transport)
        try await client.sendRaw("1")
        let reason = try await client.closed()
        #expect(reason.side != .client)
    }

    @Test("A wrong path is refused with its HTTP status", arguments: Transport.allCases)
    func wrongPath(_ transport: Transport) async throws {
        let error = await #expect(throws: SocketIOClientError.self) { try await self.connect(transport, .init(path: "/other/")) }
        #expect(error?.code == .refused)
        #expect(error?.httpStatus == 404)
    }

    @Test("Nobody listening is told as such", arguments: Transport.allCases)
    func unreachable(_ transport: Transport) async throws {
        let error = await #expect(throws: SocketIOClientError.self) {
            try await SocketIOClient.connect("http://127.0.0.1:1", options: .init(transport: transport))
        }
        #expect(error?.code == .unreachable)
    }
}
