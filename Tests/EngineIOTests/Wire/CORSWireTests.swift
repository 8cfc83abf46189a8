import EngineIO
import NIOCore
import Testing

@Suite("CORS over real sockets", .timeLimit(.minutes(1)))
struct CORSWireTests {
    typealias T = TestServer
    private static let page = "https://a.example"

    /// What an answer says of CORS, and of caches.
    private func said(_ response: WireResponse) -> [String: String] {
        response.fields.filter { $0.key.hasPrefix("access-control-") || $0.key == "vary" }
    }

    private func preflight(_ client: RawClient, _ origin: String?, _ target: String = T.polling()) async throws -> WireResponse {
        let fields = (origin.map { "Origin: \($0)\r\n" } ?? "") + "Access-Control-Request-Method: POST\r\n"
        try await client.send("OPTIONS \(target) HTTP/1.1\r\nHost: test\r\n\(fields)\r\n")
        return try await client.response()
    }

    struct Case: CustomTestStringConvertible {
        var origin: String?
        var credentials = false
        var isAllowed = false

        var testDescription: String { "\(origin ?? "no Origin"), credentials \(credentials)" }
    }

    private static let strangers: [String?] = [
        nil, "https://a.example.evil", "http://a.example", "https://A.example", "https://a.example:443", "null", "https://a.example@evil",
        "https://b.example",
    ]
    static let cases =
        [Case(origin: page, isAllowed: true), Case(origin: page, credentials: true, isAllowed: true)]
        + strangers.map { Case(origin: $0, credentials: true) }

    @Test("SEC-04: an answer names the origin that is allowed, exactly, and nobody else's; caches tell them apart", arguments: cases)
    func answers(_ one: Case) async throws {
        let configure = { (configuration: inout EngineConfiguration) in
            configuration.cors = CORSPolicy(origins: .exactly([Self.page]), credentials: one.credentials, maxAge: 77)
        }
        try await T.with(configure) { server in
            let client = try await server.connect()
            var expected = ["vary": "Origin"]
            if one.isAllowed {
                expected["access-control-allow-origin"] = Self.page
                if one.credentials { expected["access-control-allow-credentials"] = "true" }
            }
            // CORS refuses nobody: the session is opened either way, and so is an error told.
            for (target, status) in [(T.polling(), 200), ("\(T.path)?transport=x", 400)] {
                let response = try await client.get(target, fields: one.origin.map { "Origin: \($0)\r\n" } ?? "")
                #expect(response.status == status && said(response) == expected)
            }
            if one.isAllowed {
                expected["access-control-allow-methods"] = "GET, POST"
                expected["access-control-allow-headers"] = "Content-Type, Authorization"
                expected["access-control-max-age"] = "77"
            }
            let response = try await preflight(client, one.origin)
            #expect(response.status == 204 && response.body.isEmpty && said(response) == expected)
        }
    }

    static let refusals: [(request: String, status: Int)] = [
        ("GET /\(String(repeating: "x", count: 3_000)) HTTP/1.1\r\nHost: a\r\nOrigin: \(page)\r\n\r\n", 414),
        ("GET / HTTP/1.1\r\nHost: a\r\nCookie: \(String(repeating: "x", count: 9_000))\r\nOrigin: \(page)\r\n\r\n", 431),
        ("GET / HTTP/1.1\r\nOrigin: \(page)\r\nHost: a\r\nHost: b\r\n\r\n", 400), ("GET / HTTP/2.5\r\nOrigin: \(page)\r\n\r\n", 505),
        ("GET /nowhere HTTP/1.1\r\nHost: a\r\nOrigin: \(page)\r\n\r\n", 404),
        ("GET \(T.polling("none")) HTTP/1.1\r\nHost: a\r\nOrigin: \(page)\r\n\r\n", 400),
        ("POST \(T.polling()) HTTP/1.1\r\nHost: a\r\nOrigin: \(page)\r\nContent-Length: 1\r\n\r\nx", 400),
    ]

    @Test("SEC-04: every refusal can be read by the page that it is for", arguments: refusals.indices)
    func refusal(index: Int) async throws {
        let (request, status) = Self.refusals[index]
        try await T.with({ $0.cors = CORSPolicy(origins: .exactly([Self.page])) }) { server in
            let client = try await server.connect()
            try await client.send(request)
            let response = try await client.response()
            // A version that is not spoken ends the head before its fields.
            let seen = status == 505 ? ["vary": "Origin"] : ["access-control-allow-origin": Self.page, "vary": "Origin"]
            #expect(response.status == status && said(response) == seen, "\(response)")
        }
    }

    @Test("SEC-04: so can a request that comes too slowly")
    func slow() async throws {
        let clock = ManualClock()
        try await T.with({
            $0.clock = clock.engineClock
            $0.cors = CORSPolicy(origins: .exactly([Self.page]))
        }) { server in
            let client = try await server.connect()
            try await client.send("GET / HTTP/1.1\r\nHost: a\r\nOrigin: \(Self.page)\r\nX: \(String(repeating: "y", count: 400))")
            while try await server.server.onEachLoop({ $0.heldBytes }).reduce(0, +) < 400 { await Task.yield() }
            clock.advance(.seconds(6))
            try await server.tick()
            let response = try await client.response()
            #expect(response.status == 408 && response.fields["access-control-allow-origin"] == Self.page, "\(response)")
        }
    }

    @Test("SEC-04: a preflight names the header fields that pages may send")
    func headers() async throws {
        try await T.with({ $0.cors = CORSPolicy(origins: .exactly([Self.page]), headers: ["X-Tenant", "X-Request-ID"]) }) { server in
            let response = try await preflight(try await server.connect(), Self.page)
            #expect(response.fields["access-control-allow-headers"] == "Content-Type, Authorization, X-Tenant, X-Request-ID")
        }
    }

    @Test("SEC-02, SEC-04: a preflight of an origin that no policy lets in is refused, whatever CORS says of it")
    func refusedByPolicy() async throws {
        try await T.with(refusing: [Self.page], { $0.cors = CORSPolicy(origins: .exactly([Self.page])) }) { server in
            let client = try await server.connect()
            #expect(try await preflight(client, Self.page).status == 403)
            #expect(try await client.get(T.polling(), fields: "Origin: \(Self.page)\r\n").status == 403)
        }
    }

    @Test("SEC-04: any origin never comes with credentials", arguments: [false, true])
    func any(credentials: Bool) async throws {
        try await T.with({ $0.cors = CORSPolicy(origins: .any, credentials: credentials) }) { server in
            let client = try await server.connect()
            let response = try await client.get(T.polling(), fields: "Origin: \(Self.page)\r\n")
            #expect(said(response) == ["access-control-allow-origin": "*"])
            let asked = try await preflight(client, Self.page)
            #expect(asked.status == 204 && asked.fields["access-control-allow-origin"] == "*")
            #expect(asked.fields["access-control-allow-credentials"] == nil)
        }
    }

    @Test("SEC-04, API-07: by default no answer says anything of CORS, and none sets a cookie", arguments: [nil, page])
    func defaults(origin: String?) async throws {
        try await T.with { server in
            let client = try await server.connect()
            let fields = origin.map { "Origin: \($0)\r\n" } ?? ""
            let opened = try await client.get(T.polling(), fields: fields)
            let sid = T.sid(opened.body)
            let posted = try await client.post(T.polling(sid), "4x", fields: fields)
            let polled = try await client.get(T.polling(sid), fields: fields)
            #expect([opened.status, posted.status, polled.status] == [200, 200, 200] && polled.body == "4x")
            let asked = try await preflight(client, origin, T.polling(sid))
            #expect(asked.status == 400)
            for response in [opened, posted, polled, asked] {
                #expect(said(response).isEmpty && response.fields["set-cookie"] == nil, "\(response)")
            }
        }
    }

    @Test("SEC-02: a POST is refused for a wrong Origin and for a changed one, and brings nothing in")
    func posts() async throws {
        try await T.with(refusing: ["https://evil.example"]) { server in
            let client = try await server.connect()
            let sid = try await server.open(client, fields: "Origin: \(Self.page)\r\n")
            for fields in ["Origin: https://evil.example\r\n", "Origin: https://b.example\r\n", ""] {
                // The body of a refused POST stays unread, so its connection ends.
                let other = try await server.connect()
                #expect(try await other.post(T.polling(sid), "4evil", fields: fields).status == 403)
            }
            #expect(try await client.post(T.polling(sid), "4good", fields: "Origin: \(Self.page)\r\n").status == 200)
            #expect(try await client.get(T.polling(sid), fields: "Origin: \(Self.page)\r\n").body == "4good")
        }
    }
}
