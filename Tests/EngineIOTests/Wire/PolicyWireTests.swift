import EngineIO
import GatehouseNetwork
import GatehouseTestSupport
import NIOCore
import Testing

@Suite("Origins, addresses and counts over real sockets", .timeLimit(.minutes(1)))
struct PolicyWireTests {
    typealias T = TestServer

    @Test("SEC-02, AC-18: a refused origin is refused on every request, polling and upgrade, before the sid is looked at")
    func origin() async throws {
        try await T.with(refusing: ["https://evil.example"]) { server in
            let client = try await server.connect()
            let evil = "Origin: https://evil.example\r\n"
            for target in [T.polling(), T.polling("never")] {
                let response = try await client.get(target, fields: evil)
                #expect(response.status == 403 && response.body == #"{"code":4,"message":"Forbidden"}"#)
            }
            #expect(try await client.upgrade(T.webSocket(), fields: WireResponse.upgradeFields + evil).status == 403)
            #expect(try await client.get(T.polling("x").replacing("polling", with: "none"), fields: evil).body.contains("\"code\":0"))
        }
    }

    @Test("SEC-02: the origin may not change within a session")
    func changed() async throws {
        try await T.with { server in
            let client = try await server.connect()
            let sid = try await server.open(client, fields: "Origin: https://a.example\r\n")
            for fields in ["", "Origin: https://b.example\r\n", "Origin: https://a.example\r\nOrigin: https://a.example\r\n"] {
                #expect(try await client.get(T.polling(sid), fields: fields).status == 403)
                #expect(try await client.upgrade(T.webSocket(sid), fields: WireResponse.upgradeFields + fields).status == 403)
            }
            #expect(try await client.post(T.polling(sid), "4a", fields: "Origin: https://a.example\r\n").status == 200)
        }
    }

    @Test("SEC-27: a forwarded address counts only from a trusted proxy", arguments: [true, false])
    func forwarded(trusted: Bool) async throws {
        try await T.with({ if trusted { $0.trustedProxies = [CIDR("127.0.0.0/8")].compactMap { $0 } } }) { server in
            _ = try await server.connect().get(T.polling(), fields: "X-Forwarded-For: 6.6.6.6, 203.0.113.9\r\n")
            #expect(server.record.now.addresses == [trusted ? "203.0.113.9" : "127.0.0.1"])
        }
    }

    @Test("SEC-23: connections of one address beyond the limit get 429, and the slot comes back")
    func perAddress() async throws {
        try await T.with({ $0.connections.perAddress = 2 }) { server in
            let (first, second, third) = (try await server.openWebSocket(), try await server.openWebSocket(), try await server.connect())
            let refused = try await third.upgrade(T.webSocket())
            #expect(refused.status == 429 && refused.fields["connection"] == "close")
            #expect(await third.receiveAll().readableBytes == 0)
            first.close()
            #expect(await server.record.closed() == [.transportClose])
            try await eventually { server.server.counts.connections <= 1 }
            let fourth = try await server.openWebSocket()
            try await fourth.send(Frames.text("4a"))
            #expect(try await fourth.frame().text == "4a")
            second.close()
        }
    }

    @Test(
        "SEC-23, SEC-A: where the unauthenticated have their share, the oldest makes room; authenticated ones do not count",
        arguments: [true, false])
    func unauthenticated(raises: Bool) async throws {
        try await T.with(raises: raises, { $0.connections.unauthenticated = 2 }) { server in
            let clients = [try await server.openWebSocket(), try await server.openWebSocket()]
            let third = try await server.connect()
            #expect(try await third.upgrade(T.webSocket()).status == 101)
            if !raises { #expect(try await clients[0].frame().closeCode == 4003) }
            #expect(server.server.counts.unauthenticated == (raises ? 0 : 2))
            try await clients[1].send(Frames.text("4a"))
            #expect(try await clients[1].frame().text == "4a")
            for client in clients { client.close() }
            third.close()
            try await eventually { server.server.counts.connections == 0 }
            #expect(server.server.counts.unauthenticated == 0)
        }
    }

    @Test("SEC-23: the counts return to zero whatever a session went through")
    func balance() async throws {
        try await T.with { server in
            let (poll, socket, other) = (try await server.connect(), try await server.connect(), try await server.connect())
            let sid = try await server.open(poll)
            #expect(try await socket.upgrade(T.webSocket(sid)).status == 101)
            try await socket.send(Frames.text("2probe") + Frames.text("5") + Frames.text("4x"))
            while try await socket.frame().text != "4x" {}
            _ = try await server.open(other)
            let nowhere = try await server.connect()
            _ = try await nowhere.get("/nowhere")
            for client in [poll, socket, other, nowhere] { client.close() }
            #expect(await server.record.closed() == [.transportClose])
            _ = try await server.server.onEachLoop { loop in loop.openSessions.forEach { $0.close(.forcedServerClose) } }
            try await eventually { server.server.counts == (0, 0) }
        }
    }

    @Test(
        "AC-08, AC-16: connections reset in every state leave nothing behind",
        arguments: [
            "", "GET ", "GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: a\r\n",
            "GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: a\r\n\(WireResponse.upgradeFields)\r\n",
            "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: a\r\n\(WireResponse.upgradeFields)\r\n\u{1}",
        ])
    func resets(bytes: String) async throws {
        try await T.with({ $0.connections = .none }) { server in
            for _ in 0..<100 {
                let client = try await server.connect()
                if !bytes.isEmpty { try await client.send(bytes) }
                try await client.reset()
            }
            // One more, served in full, has been accepted after all of them.
            let last = try await server.connect()
            #expect(try await last.get("/nowhere").status == 404)
            last.close()
            try await eventually { server.server.counts.connections == 0 }
            #expect(try await server.server.onEachLoop { $0.connectionCount } == [0])
        }
    }
}
