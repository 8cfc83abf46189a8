import EngineIO
import NIOCore
import Testing

/// `blink` pauses and resumes within one call of the delegate, `nap` resumes at the end of the batch that paused.
@Suite("Pausing over real sockets", .timeLimit(.minutes(1)))
struct PauseWireTests {
    typealias T = TestServer

    @Test("REL-21: a WebSocket that was paused and resumed within one batch goes on, in order", arguments: ["blink", "nap"])
    func webSocket(command: String) async throws {
        try await T.with { server in
            let client = try await server.openWebSocket()
            try await client.send(["4a", "4\(command)", "4b", "4\(command)", "4c"].flatMap { Frames.text($0) })
            for text in ["4a", "4b", "4c"] { #expect(try await client.frame().text == text) }
            try await client.send(Frames.text("4\(command)"))
            try await client.send(Frames.text("4d"))
            #expect(try await client.frame().text == "4d")
        }
    }

    @Test("REL-21, EIO-15: no packet of a POST is lost or doubled by it", arguments: ["blink", "nap"])
    func polling(command: String) async throws {
        try await T.with { server in
            let client = try await server.connect()
            let sid = try await server.open(client)
            let body = ["4a", "4\(command)", "4b", "4\(command)", "4c"].joined(separator: "\u{1E}")
            #expect(try await client.post(T.polling(sid), body).body == "ok")
            #expect(try await client.get(T.polling(sid)).body == "4a\u{1E}4b\u{1E}4c")
            #expect(try await client.post(T.polling(sid), "4d").body == "ok")
            #expect(try await client.get(T.polling(sid)).body == "4d")
        }
    }
}
