import EngineIO
import Testing

/// CLU-27
@Suite("The cookie for load balancers", .timeLimit(.minutes(1)))
struct AffinityCookieTests {
    private typealias T = TestServer

    @Test("The polling handshake sets it, and no other answer does")
    func handshake() async throws {
        try await T.with({ $0.affinity = AffinityCookie(name: "gatehouse", value: "node-a.1") }) { server in
            let client = try await server.connect()
            let opened = try await client.get(T.polling())
            #expect(opened.fields["set-cookie"] == "gatehouse=node-a.1; Path=\(T.path); HttpOnly; SameSite=Lax")
            #expect(try await client.get("\(T.path)?transport=x").fields["set-cookie"] == nil)
            #expect(try await client.get(T.polling("AAAAAAAAAAAAAAAAAAAAAAAA")).fields["set-cookie"] == nil)
        }
    }

    @Test("Requests for a session that is not here are counted")
    func unknown() async throws {
        try await T.with({ _ in }) { server in
            let client = try await server.connect()
            let sid = T.sid(try await server.open(client))
            #expect(try await client.get(T.polling("none")).status == 400)
            let before = try await server.server.onEachLoop { $0.unknownSessions }.reduce(0, &+)
            #expect(try await client.get(T.polling(sid.dropLast(2) + (sid.hasSuffix("AA") ? "BB" : "AA"))).status == 400)
            let after = try await server.server.onEachLoop { $0.unknownSessions }.reduce(0, &+)
            #expect(after == before + 1)
        }
    }

    @Test("Without the setting nothing is set")
    func off() async throws {
        try await T.with({ _ in }) { server in
            let client = try await server.connect()
            #expect(try await client.get(T.polling()).fields["set-cookie"] == nil)
        }
    }

    @Test("It holds what needs no quotes alone", arguments: ["", "a b", "a;b", "a=b", "é", "a\r\nb", String(repeating: "a", count: 65)])
    func names(_ text: String) {
        #expect(AffinityCookie(name: text, value: "a") == nil)
        #expect(AffinityCookie(name: "a", value: text) == nil)
    }
}
