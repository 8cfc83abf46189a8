import Logging
import Testing

@testable import Gatehouse

@Suite("CORS as it is configured")
struct CORSTests {
    private static let page = "https://app.example"

    private func field(_ name: String, _ response: String) -> String? {
        let head = response.lowercased().split(separator: "\r\n")
        return head.first { $0.hasPrefix(name + ":") }.map { String($0.dropFirst(name.count + 1).drop { $0 == " " }) }
    }

    @Test("SEC-04, API-07: CORS is off until it is configured, and then names the page that may read", arguments: [false, true])
    func answers(isOn: Bool) async throws {
        var fixture = try StartFixture()
        defer { fixture.directory.remove() }
        if isOn { fixture.configuration.cors = CORS(origins: [Self.page], credentials: true, maxAge: .seconds(60)) }
        let server = try await fixture.application.start()
        let target = "/socket.io/?EIO=4&transport=polling"
        let response = try await RawHTTP.send("GET", target, fields: "Origin: \(Self.page)\r\n", to: server.url)
        let preflight = try await RawHTTP.send("OPTIONS", target, fields: "Origin: \(Self.page)\r\n", to: server.url)
        try await server.stopLeavingNothing()
        #expect(response.hasPrefix("HTTP/1.1 200 "))
        #expect(field("access-control-allow-origin", response) == (isOn ? Self.page : nil))
        #expect(field("access-control-allow-credentials", response) == (isOn ? "true" : nil))
        #expect(preflight.hasPrefix(isOn ? "HTTP/1.1 204 " : "HTTP/1.1 400 "))
        #expect(field("access-control-max-age", preflight) == (isOn ? "60" : nil))
        #expect(field("set-cookie", response) == nil)
    }

    @Test("SEC-02, SEC-04: CORS lets nobody in whom no policy lets in, and the start says so")
    func letsNobodyIn() async throws {
        let other = "https://other.example"
        var fixture = try StartFixture()
        defer { fixture.directory.remove() }
        fixture.configuration.cors = CORS(origins: [Self.page, other])
        let lines = LogLines()
        let server = try await fixture.start(.init(), logger: Logger(label: "test") { _ in lines.handler })
        let response = try await RawHTTP.send(
            "GET", "/socket.io/?EIO=4&transport=polling", fields: "Origin: \(other)\r\n", to: server.url)
        try await server.stopLeavingNothing()
        #expect(response.hasPrefix("HTTP/1.1 403 "))
        let warnings = lines.all.filter { $0.contains("CORS") }
        #expect(warnings.count == 1 && warnings.first?.contains(other) == true)
    }

    @Test(
        "origins are held to what policies hold theirs to",
        arguments: [
            [], ["*"], ["https://App.example"], ["https://app.example/"], ["https://app.example:443"], ["http://app.example:80"],
            ["app.example"], ["https://app.example/x"], [""], [page, "https://*.example"], [page, "https://*.co.uk"],
        ])
    func origins(_ origins: [String]) async throws {
        var fixture = try StartFixture()
        defer { fixture.directory.remove() }
        fixture.configuration.cors = CORS(origins: origins)
        let refusal = try await fixture.refusal()
        #expect(refusal?.code == .configuration && refusal?.message.contains("cors.origins") == true)
        if let bad = origins.last { #expect(refusal?.message.contains("'\(bad)'") == true) }
    }

    @Test("names of header fields are checked", arguments: ["", "*", "X Y", "X:Y", "X\r\nY", "X,Y"])
    func headers(_ name: String) async throws {
        var fixture = try StartFixture()
        defer { fixture.directory.remove() }
        fixture.configuration.cors = CORS(origins: [Self.page], headers: ["X-Tenant", name])
        #expect(try await fixture.refusal()?.message.contains("cors.headers: '\(name)'") == true)
    }

    @Test("a preflight is remembered for a day at most", arguments: [-1, 86_401])
    func maxAge(_ seconds: Int) async throws {
        var fixture = try StartFixture()
        defer { fixture.directory.remove() }
        fixture.configuration.cors = CORS(origins: [Self.page], maxAge: .seconds(seconds))
        #expect(try await fixture.refusal()?.message.contains("cors.maxAge") == true)
    }
}
