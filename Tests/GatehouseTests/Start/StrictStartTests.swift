import Foundation
import GatehouseTLS
import Testing

@testable import Gatehouse

@Suite("A strict start")
struct StrictStartTests {
    enum Laxity: CaseIterable {
        case mode, issuer, certificate
    }

    private func fixture(_ laxities: [Laxity], strict: Bool) throws -> StartFixture {
        let mode = laxities.contains(.mode) ? "warn" : "enforce"
        let edits = laxities.contains(.issuer) ? [("leeway: 0s", "leeway: 0s\n    development: true")] : []
        var fixture = try StartFixture(TestPolicies().allowing(mode: mode), edits: edits)
        if laxities.contains(.certificate) {
            try fixture.directory.write("", to: "certs/README")
            let made = try DevelopmentCertificates.create(
                in: fixture.directory.path("certs"), now: Int64(Date().timeIntervalSince1970))
            guard case .created(let files) = made else { throw CancellationError() }
            fixture.configuration.transport = .tls(certificate: files.certificate, privateKey: files.key)
        }
        fixture.configuration.strict = strict
        return fixture
    }

    @Test("SEC-48, POL-09: what is fit for development only is refused with its place, and accepted otherwise", arguments: Laxity.allCases)
    func refused(_ laxity: Laxity) async throws {
        let strict = try fixture([laxity], strict: true)
        defer { strict.directory.remove() }
        let error = try #require(try await strict.refusal())
        #expect(error.code == .strict && error.cause == nil)
        let policies = strict.configuration.policies
        switch laxity {
        case .mode: #expect(error.message.hasPrefix("\(policies)/root.yaml:5:1: the file is in mode warn;"))
        case .issuer: #expect(error.message.hasPrefix("\(policies)/_global.yaml:5:") && error.message.contains("issuer corp"))
        case .certificate: #expect(error.message.contains("server.pem: a development certificate"))
        }
        let lax = try fixture([laxity], strict: false)
        defer { lax.directory.remove() }
        #expect(try await lax.refusal() == nil)
    }

    @Test("SEC-48: all objections are told at once, also where keys cannot be read")
    func together() async throws {
        let all = try fixture(Laxity.allCases, strict: true)
        defer { all.directory.remove() }
        #expect(try await all.refusal()?.message.split(separator: "\n").count == 3)
        try FileManager.default.removeItem(atPath: all.directory.path("jwks.json"))
        let error = try await all.refusal()
        #expect(error?.code == .strict && error?.message.split(separator: "\n").count == 3)
    }

    @Test("SEC-48: a strict server starts with keys of its own and policies that enforce")
    func accepted() async throws {
        let strict = try fixture([], strict: true)
        defer { strict.directory.remove() }
        #expect(try await strict.refusal() == nil)
    }
}
