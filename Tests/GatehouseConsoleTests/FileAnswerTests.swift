import EngineIO
import Gatehouse
import GatehouseNetwork
import NIOCore
import Testing

@testable import GatehouseConsole

@Suite("Who is served the console, and how")
struct FileAnswerTests {
    private static func request(
        _ address: String = "127.0.0.1", host: String? = "127.0.0.1:8443", _ change: (inout PageRequest) -> Void = { _ in }
    ) -> PageRequest {
        var request = PageRequest(address: ClientAddress(IPAddress(address)), host: host)
        change(&request)
        return request
    }

    @Test(
        "CON-01: without --console only a browser of this machine is served, under a name of this machine and with nothing between",
        arguments: [
            (request(), true), (request("::1", host: "[::1]:8443"), true), (request(host: "localhost"), true),
            (request("127.9.9.9", host: "LOCALHOST:1"), true),
            (request("192.0.2.1"), false), (request(host: "attacker.example"), false), (request(host: "127.0.0.1.attacker.example"), false),
            (request(host: nil), false), (request(host: "[::1"), false), (request("2001:db8::1", host: "localhost"), false),
            (request { $0.isForwarded = true }, false), (request { $0.address = .unknown }, false),
        ])
    func thisMachine(_ request: PageRequest, _ isServed: Bool) {
        #expect(ConsoleAccess.thisMachine.includes(request) == isServed)
        #expect(ConsoleAccess.everyone.includes(request))
    }

    @Test("CON-01: the console is off beyond loopback, and with --strict, until it is asked for")
    func access() {
        var configuration = Configuration(transport: .insecure)
        #expect(ConsoleAccess(configuration) == .thisMachine)
        configuration.strict = true
        #expect(ConsoleAccess(configuration) == nil)
        configuration.strict = false
        configuration.unixSocket = "/tmp/socket"
        #expect(ConsoleAccess(configuration) == nil)
        configuration.unixSocket = nil
        configuration.host = "0.0.0.0"
        #expect(ConsoleAccess(configuration) == nil)
        configuration.console = true
        #expect(ConsoleAccess(configuration) == .everyone)
        configuration.host = "127.0.0.1"
        configuration.console = false
        #expect(ConsoleAccess(configuration) == nil)
    }

    @Test("CON-01: every answer forbids other scripts, frames and readers; a page is never kept, an asset is asked for by its tag")
    func headers() throws {
        let page = FileAnswer(file: EmbeddedFile("index.html", "<p>"), access: .thisMachine)(Self.request())
        let asset = FileAnswer(file: EmbeddedFile("a.js", "1"), access: .thisMachine)
        let first = asset(Self.request())
        for answer in [page, first] {
            let fields = Dictionary(answer.fields.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
            let policy = try #require(fields["Content-Security-Policy"])
            for part in [
                "default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'", "base-uri 'none'",
                "form-action 'none'",
                "frame-ancestors 'none'",
            ] { #expect(policy.contains(part)) }
            #expect(!policy.contains("unsafe"))
            #expect(fields["Referrer-Policy"] == "no-referrer")
            #expect(fields["Cross-Origin-Opener-Policy"] == "same-origin")
            #expect(fields["Cross-Origin-Resource-Policy"] == "same-origin")
            #expect(answer.status == .ok)
        }
        #expect(page.cacheControl == "no-store")
        #expect(first.cacheControl == "no-cache")
        let tag = try #require(first.fields.first { $0.name == "ETag" }?.value)
        for known in [tag, "W/\(tag)", "\"other\", \(tag)"] {
            let again = asset(Self.request { $0.knownTags = known })
            #expect(again.status == .notModified && again.body.readableBytes == 0)
        }
        #expect(asset(Self.request { $0.knownTags = "\"other\"" }).status == .ok)
        #expect(FileAnswer(file: EmbeddedFile("a.js", "2"), access: .everyone)(Self.request { $0.knownTags = tag }).status == .ok)
    }

    @Test(
        "CON-02: an issuer is an address and nothing else; the page may speak to its origin too",
        arguments: [
            ("https://login.example", "https://login.example"), ("https://login.example:8443/realms/staff/", "https://login.example:8443"),
            ("http://127.0.0.1:9000", "http://127.0.0.1:9000"), ("http://[::1]:9000/x", "http://[::1]:9000"), ("http://login.example", nil),
            ("https://", nil), ("https://a b", nil), ("https://a;script-src", nil), ("https://a,b", nil), ("https://a'", nil),
            ("https://u@a", nil), ("https://a?b", nil), ("ftp://a", nil), ("", nil), ("https://a\r\nX: y", nil),
        ] as [(String, String?)])
    func issuer(_ text: String, _ origin: String?) throws {
        let issuer = ConsoleIssuer(text)
        #expect(issuer?.origin == origin)
        guard let issuer else { return }
        let policy = try #require(SecurityHeaders(issuer: issuer).fields.first { $0.name == "Content-Security-Policy" }?.value)
        #expect(policy.contains("connect-src 'self' \(issuer.origin);"))
        #expect(!issuer.text.hasSuffix("/"))
    }

    @Test("CON-01: nothing is served into a frame, and to others the path is unknown", arguments: ["iframe", "frame", "object", "embed"])
    func frames(_ destination: String) {
        let answer = FileAnswer(file: EmbeddedFile("index.html", "<p>"), access: .thisMachine)
        #expect(answer(Self.request { $0.destination = destination }).status == .forbidden)
        #expect(answer(Self.request { $0.destination = "document" }).status == .ok)
        #expect(answer(Self.request("192.0.2.1")).status == .notFound)
    }

    @Test("CON-08: tokens of the demo's users are given to its own page on this machine, and to nobody else")
    func demoTokens() async {
        let tokens = DemoTokens { "token-of-\($0)" }
        func status(_ request: PageRequest, _ query: String) async -> HTTPStatus {
            await tokens.answer(to: request, HTTPQuery(target: "/demo/token.json?" + query)).status
        }
        let own = Self.request { $0.isOwn = true }
        #expect(await status(own, "user=alice") == .ok)
        #expect(await status(own, "user=root") == .notFound)
        #expect(await status(own, "user=alice&user=bob") == .notFound)
        #expect(await status(Self.request(), "user=alice") == .notFound)
        #expect(await status(Self.request("192.0.2.1") { $0.isOwn = true }, "user=alice") == .notFound)
        #expect(await status(Self.request(host: "attacker.example") { $0.isOwn = true }, "user=alice") == .notFound)
    }
}
