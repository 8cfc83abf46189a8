import NIOCore
import Testing

@testable import EngineIO

@Suite("What a client sends and finds again in an answer", .timeLimit(.minutes(1)))
struct ReflectionTests {
    typealias T = TestServer

    @Test(
        "SEC-26: a field with CR, LF, NUL or another control character in its value is not written",
        arguments: ["\r", "\n", "\0", "\u{1}", "\u{7F}"])
    func written(_ control: String) {
        let response = HTTPResponse(.ok, fields: [("X-Good", "a b\t\u{E9}"), ("X-Bad", "a\(control)X-Evil: 1")])
        var output = ByteBuffer()
        response.write(into: &output, withBody: true, keepAlive: true)
        let text = String(buffer: output)
        #expect(text.contains("X-Good: a b\t\u{E9}\r\n") && !text.contains("X-Bad") && !text.contains("X-Evil"))
    }

    @Test(
        "SEC-26: an Origin that is reflected, and one that would not be, carry nothing into a head",
        arguments: ["\r", "\n", "\0", "\u{B}", "\u{7F}"])
    func origin(_ control: String) async throws {
        try await T.with({ $0.cors = CORSPolicy(origins: .any, credentials: false) }) { server in
            let client = try await server.connect()
            let good = try await client.get(T.polling(), fields: "Origin: https://a.example\r\n")
            #expect(good.fields["access-control-allow-origin"] != nil)
            try await client.send("GET \(T.polling()) HTTP/1.1\r\nHost: a\r\nOrigin: https://a.example\(control)X-Evil: 1\r\n\r\n")
            let answer = String(buffer: await client.receiveAll())
            #expect(answer.hasPrefix("HTTP/1.1 400 ") && !answer.lowercased().contains("evil"))
        }
    }

    static let targets = [
        "/socket.io/?EIO=4&transport=%0d%0aX-Evil:%201", "/socket.io/?EIO=4&transport=polling&sid=%0d%0aX-Evil:%201",
        "/%0d%0aX-Evil:%201", "/socket.io/?EIO=%0d%0aX-Evil:%201&transport=polling", "/socket.io/?EIO=4&transport=polling%00X-Evil",
        "/socket.io/?%0d%0aX-Evil:%201=1&transport=x",
    ]

    @Test("SEC-26: what a target says in escapes is nowhere in the answer", arguments: targets)
    func target(_ target: String) async throws {
        try await T.with { server in
            let client = try await server.connect()
            try await client.send("GET \(target) HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            let answer = String(buffer: await client.receiveAll())
            #expect(answer.hasPrefix("HTTP/1.1 4") && !answer.contains("X-Evil"))
        }
    }

    @Test(
        "SEC-26: of the offered sub-protocols the first comes back, if it is a token and nothing else",
        arguments: [
            ("chat", "chat"), ("chat, other", "chat"), ("b x", nil), ("a\tb", nil), ("\"evil\"", nil), ("<evil>", nil), ("evil=1", nil),
            (String(repeating: "x", count: 4_000), nil), ("", nil), (", chat", nil),
        ])
    func protocols(_ offer: String, _ selected: String?) async throws {
        try await T.with { server in
            let client = try await server.connect()
            let fields = WireResponse.upgradeFields + "Sec-WebSocket-Protocol: \(offer)\r\n"
            let answer = try await client.upgrade(T.webSocket(), fields: fields)
            #expect(answer.status == 101)
            #expect(answer.fields["sec-websocket-protocol"] == selected)
        }
    }

    @Test("SEC-26: of a WebSocket key only its hash comes back")
    func key() async throws {
        try await T.with { server in
            let client = try await server.connect()
            let fields = WireResponse.upgradeFields.replacing("dGhlIHNhbXBsZSBub25jZQ==", with: "AAAAAAAAAAAAAAAAAAAAAA==")
            let answer = try await client.upgrade(T.webSocket(), fields: fields)
            #expect(answer.status == 101 && !answer.fields.values.contains { $0.contains("AAAAAAAAAA") })
        }
    }
}
