import GatehouseTesting
import Testing

@testable import Gatehouse

@Suite("A server that starts behind a proxy")
struct ProxyStartTests {
    private static let limits = "limits:\n  connections: { node: 1000, per_ip: 500, unauthenticated: 500 }\n"

    @Test(
        "plain HTTP is served on loopback addresses, however they are written, and elsewhere for the proxies that policies name",
        arguments: [
            ("127.0.0.1", "", true), ("localhost", "", true), ("LOCALHOST", "", true), ("[::1]", "", true), ("::1", "", true),
            ("127.8.9.1", "", true), ("0.0.0.0", "", false), ("[::]", "", false), ("::", "", false), ("192.0.2.1", "", false),
            ("gw.example", "", false), ("127.1", "", false), ("0.0.0.0", "trusted_proxies: [127.0.0.0/8]\n", true),
            ("localhost.example", "", false), ("::ffff:192.0.2.1", "", false),
        ])
    func plain(host: String, proxies: String, starts: Bool) async throws {
        var fixture = try StartFixture(TestPolicies(global: Self.limits + proxies).allowing())
        defer { fixture.directory.remove() }
        fixture.configuration.host = host
        let refusal = try await fixture.refusal()
        if starts {
            #expect(refusal == nil, "\(refusal.map { "\($0)" } ?? "")")
        } else {
            #expect(
                refusal?.code == .configuration && refusal?.message.contains("trusted_proxies") == true, "\(refusal.map { "\($0)" } ?? "")")
        }
    }

    @Test("beyond loopback only a proxy is answered", arguments: [("127.0.0.0/8", true), ("192.0.2.0/24", false)])
    func proxies(network: String, isAnswered: Bool) async throws {
        var fixture = try StartFixture(TestPolicies(global: Self.limits + "trusted_proxies: [\(network)]\n").allowing())
        defer { fixture.directory.remove() }
        fixture.configuration.host = "0.0.0.0"
        let server = try await fixture.application.start()
        let answer = try? await RawHTTP.send("GET", "/socket.io/?EIO=4&transport=polling", to: "http://127.0.0.1:\(server.port)")
        try await server.stop()
        #expect((answer ?? "").hasPrefix("HTTP/1.1 200 ") == isAnswered, "\(answer ?? "")")
    }

    @Test("PROXY headers need proxies that may send them")
    func proxyProtocol() async throws {
        var fixture = try StartFixture()
        defer { fixture.directory.remove() }
        fixture.configuration.proxyProtocol = true
        #expect(try await fixture.refusal()?.message.contains("trusted_proxies") == true)
    }

    @Test("health is told on the main port where a path is set, and nowhere else", arguments: [nil, "/healthz"] as [String?])
    func health(path: String?) async throws {
        var fixture = try StartFixture()
        defer { fixture.directory.remove() }
        fixture.configuration.healthPath = path
        let server = try await fixture.application.start()
        let answer = try await RawHTTP.send("GET", "/healthz", to: server.url)
        try await server.stop()
        #expect(answer.hasPrefix(path == nil ? "HTTP/1.1 404 " : "HTTP/1.1 200 "), "\(answer)")
        fixture.configuration.healthPath = "/socket.io"
        #expect(try await fixture.refusal()?.message.contains("healthPath") == true)
    }

    @Test("a Unix domain socket is listened on in the place of an address")
    func unixSocket() async throws {
        var fixture = try StartFixture()
        defer { fixture.directory.remove() }
        fixture.configuration.unixSocket = fixture.directory.path("s")
        fixture.configuration.host = "0.0.0.0"
        let server = try await fixture.application.start()
        #expect(server.url == "unix:" + fixture.directory.path("s") && server.port == 0)
        try await server.stop()
    }
}
