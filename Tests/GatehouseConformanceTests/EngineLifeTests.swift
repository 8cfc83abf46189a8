import NIOHTTP1
import Testing

@testable import GatehouseTesting

extension Conformance {
    @Suite("Engine.IO v4, heartbeat, close and upgrade")
    struct EngineLifeTests {
        @Test("EIO-10: three pings come, each answered", arguments: EnginePath.allCases, WireTransport.allCases)
        func heartbeat(_ path: EnginePath, _ transport: WireTransport) async throws {
            let session = try await WireSession(transport, path.rawValue)
            if path == .socket { try await joinMain(session) }
            for _ in 0..<3 {
                #expect(try await session.receiveAny() == "2")
                try await session.send("3")
            }
        }

        /// A session in no namespace would be closed before the third ping.
        private func joinMain(_ session: WireSession) async throws {
            try await session.send("40")
            #expect(try await session.receive().isText(startingWith: "40{\"sid\":"))
            #expect(try await session.receive() == "42[\"auth\",{}]")
        }

        @Test("EIO-10: without an answer to the ping the session is closed", arguments: EnginePath.allCases, WireTransport.allCases)
        func pingTimeout(_ path: EnginePath, _ transport: WireTransport) async throws {
            let session = try await WireSession(transport, path.rawValue)
            // One in no namespace would be closed for that.
            if path == .socket { try await joinMain(session) }
            try await session.expectClosed(code: 4002, pings: 1...1, isSilent: true)
        }

        /// The suite's own case, with its own wait: time alone must end the session, though nobody polls and whenever the ping was sent.
        @Test("EIO-10, EIO-11: a poll at the end of the time for the first pong finds no session", arguments: EnginePath.allCases)
        func latePoll(_ path: EnginePath) async throws {
            let session = try await WireSession(.polling, path.rawValue)
            try await Task.sleep(for: .milliseconds(ConformanceServer.pingInterval + ConformanceServer.pingTimeout))
            #expect(try await session.poll().status == 400)
        }

        @Test("EIO-08: a close packet while a poll waits releases it with a noop", arguments: EnginePath.allCases)
        func closePolling(_ path: EnginePath) async throws {
            for _ in 0..<20 {
                let session = try await WireSession(.polling, path.rawValue)
                let uri = session.uri
                async let waiting = Wire().request(.GET, uri)
                // While these are answered the poll arrives. One that does not finds a closed session: then it is tried again.
                for _ in 0..<3 { try await session.send("3") }
                #expect(try await session.post("1").status == 200)
                let reply = try await waiting
                #expect(try await session.poll().status == 400)
                if reply.status == 400 { continue }
                #expect(reply == Wire.Reply(status: 200, body: "6"))
                return
            }
            Issue.record("in twenty tries no poll waited when the session was closed")
        }

        @Test("A close packet on a WebSocket closes it", arguments: EnginePath.allCases)
        func closeWebSocket(_ path: EnginePath) async throws {
            let session = try await WireSession(.websocket, path.rawValue)
            try await session.sendFatal("1", code: 1000)
        }

        /// Takes a polling session up to a WebSocket.
        private func upgraded(_ session: WireSession, _ path: EnginePath) async throws -> WireSocket {
            let uri = "\(path.rawValue)?EIO=4&transport=websocket&sid=\(session.sid)"
            let socket = try await WireSocket.open(uri, Wire())
            try await socket.send("2probe")
            #expect(try await socket.receive() == "3probe")
            try await complete(socket, path)
            return socket
        }

        /// The upgrade's last word; at Socket.IO's path the main namespace is joined.
        private func complete(_ socket: WireSocket, _ path: EnginePath) async throws {
            try await socket.send("5")
            guard path == .socket else { return }
            try await socket.send("40")
            try await expect(socket) { $0.isText(startingWith: "40{\"sid\":") }
        }

        /// Whether the upgraded session is alive: it echoes.
        private func expectAlive(_ socket: WireSocket, _ path: EnginePath) async throws {
            let (message, echo): (WirePacket, WirePacket) =
                path == .engine ? ("4hello", "4hello") : ("42[\"message\",1]", "42[\"message-back\",1]")
            try await socket.send(message)
            try await expect(socket) { $0 == echo }
        }

        private func expect(_ socket: WireSocket, _ isDue: (WirePacket) -> Bool) async throws {
            while let packet = try await socket.receive() {
                if packet == "2" { try await socket.send("3") }
                if packet == "6" { Issue.record("REG-01: a noop reached the WebSocket") }
                if isDue(packet) { return }
            }
            Issue.record("the upgraded session is closed")
        }

        @Test("EIO-12: long-polling is upgraded to a WebSocket", arguments: EnginePath.allCases)
        func upgrade(_ path: EnginePath) async throws {
            let session = try await WireSession(.polling, path.rawValue)
            try await expectAlive(try await upgraded(session, path), path)
        }

        @Test("EIO-12: a poll that waits during the probe is released with a noop", arguments: EnginePath.allCases)
        func releasedPoll(_ path: EnginePath) async throws {
            let session = try await WireSession(.polling, path.rawValue)
            let uri = session.uri
            async let waiting = Wire().request(.GET, uri)
            let socket = try await WireSocket.open("\(path.rawValue)?EIO=4&transport=websocket&sid=\(session.sid)", Wire())
            try await socket.send("2probe")
            #expect(try await socket.receive() == "3probe")
            #expect(try await waiting == Wire.Reply(status: 200, body: "6"))
            try await complete(socket, path)
            try await expectAlive(socket, path)
        }

        @Test("EIO-13: polls after the upgrade are refused, and the session lives on", arguments: EnginePath.allCases)
        func pollAfterUpgrade(_ path: EnginePath) async throws {
            let session = try await WireSession(.polling, path.rawValue)
            let socket = try await upgraded(session, path)
            // The upgrade packet has been handled once this is answered.
            try await expectAlive(socket, path)
            #expect(try await session.poll().status == 400)
            try await expectAlive(socket, path)
        }

        @Test(
            "EIO-13: a second WebSocket after the upgrade is accepted and closed at once, and the session lives on",
            arguments: EnginePath.allCases)
        func webSocketAfterUpgrade(_ path: EnginePath) async throws {
            let session = try await WireSession(.polling, path.rawValue)
            let socket = try await upgraded(session, path)
            try await expectAlive(socket, path)
            let second = try await WireSocket.open("\(path.rawValue)?EIO=4&transport=websocket&sid=\(session.sid)", Wire())
            #expect(try await second.receive() == nil)
            #expect(try await second.closeCode == 1000)
            try await expectAlive(socket, path)
        }
    }
}

extension WirePacket {
    func isText(startingWith prefix: String) -> Bool {
        if case .text(let text) = self { text.hasPrefix(prefix) } else { false }
    }
}
