import Logging
import Testing

@testable import Gatehouse

@Suite("What a server warns of when it starts")
struct StartWarningTests {
    private func warnings(_ fixture: StartFixture) async throws -> [String] {
        let lines = LogLines()
        try await fixture.start(.init(), logger: lines.logger).stop()
        return lines.all.filter { $0.hasPrefix("warning ") }
    }

    @Test("SEC-48: a program that trusts a development key or shows a development certificate says so", arguments: [false, true])
    func development(_ isDevelopment: Bool) async throws {
        var fixture = try StartFixture(edits: isDevelopment ? [("leeway: 0s", "leeway: 0s\n    development: true")] : [])
        defer { fixture.directory.remove() }
        if isDevelopment { try fixture.useTLS() }
        let warnings = try await warnings(fixture)
        #expect(warnings.contains { $0.contains("development keys are trusted (issuer corp)") } == isDevelopment, "\(warnings)")
        #expect(warnings.contains { $0.contains("the certificate is a development one") } == isDevelopment, "\(warnings)")
    }

    @Test(
        "SEC-04: an origin that a policy lets in and that no CORS lets read long-polling is named with its file",
        arguments: [
            (nil, [], true), (["https://app.example"], [], false), (["https://*.app.example"], [], true),
            (nil, [("transports: [websocket, polling]", "transports: [websocket]")], false),
            (nil, [("allow: [\"https://app.example\"]", "same_origin: true")], false),
        ] as [([String]?, [(String, String)], Bool)])
    func origins(_ cors: [String]?, _ edits: [(String, String)], _ warns: Bool) async throws {
        var fixture = try StartFixture(edits: edits)
        defer { fixture.directory.remove() }
        fixture.configuration.cors = cors.map { CORS(origins: $0) }
        let named = try await warnings(fixture).filter { $0.contains("cors_origin") }
        #expect(named.count == (warns ? 1 : 0), "\(named)")
        if warns {
            #expect(named.first?.contains("/policies/root.yaml") == true && named.first?.contains("https://app.example") == true)
        }
    }
}
