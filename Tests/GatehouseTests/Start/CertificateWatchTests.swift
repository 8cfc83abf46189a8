import GatehouseAudit
import GatehouseJSON
import GatehouseTLS
import GatehouseTestSupport
import Logging
import NIOCore
import Testing

@testable import Gatehouse

@Suite("The watch over the server's certificate")
struct CertificateWatchTests {
    private static let start = TestClock.start / 1_000

    /// A certificate in `certs/`, a watch over it, and an audit log.
    private struct Fixture {
        let directory: TestDirectory
        let files: DevelopmentCertificates.Files
        let clock = TestClock()
        let audit: AuditLog
        let watch: CertificateWatch

        init() throws {
            directory = try TestDirectory()
            files = try directory.makeCertificates("certs", now: CertificateWatchTests.start)
            var auditing = AuditConfiguration(directory: directory.path("audit"), node: "test")
            auditing.reserveBytes = 0
            audit = try AuditLog.open(auditing)
            let store = try CertificateStore(
                .init(certificatePath: files.certificate, privateKeyPath: files.key), now: CertificateWatchTests.start)
            watch = CertificateWatch(
                store: store, audit: audit, clock: clock.server, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        }

        var fingerprint: String? { watch.store.current.certificate?.fingerprint }

        func records(_ event: String) async throws -> [JSONValue] {
            try await audit.flush()
            return try directory.auditRecords().filter { $0["event"]?.stringValue == event }
        }

        /// Puts another pair in the place of the first, or its key only.
        func swap(_ folder: String, keyOnly: Bool = false, now: Int64 = CertificateWatchTests.start) throws {
            let other = try directory.makeCertificates(folder, now: now)
            if !keyOnly { try directory.move(other.certificate, over: files.certificate) }
            try directory.move(other.key, over: files.key)
        }
    }

    private func with(_ body: (Fixture) async throws -> Void) async throws {
        let fixture = try Fixture()
        defer { fixture.directory.remove() }
        try await body(fixture)
        try await fixture.audit.stop()
    }

    @Test("SEC-44: a changed pair is taken at the next look, and recorded with its fingerprint; an unchanged one is not read again")
    func looks() async throws {
        try await with { fixture in
            let before = fixture.fingerprint
            fixture.watch.look()
            #expect(try await fixture.records("tls.cert_loaded").isEmpty && fixture.fingerprint == before)
            try fixture.swap("next")
            fixture.watch.look()
            fixture.watch.look()
            let loaded = try await fixture.records("tls.cert_loaded")
            #expect(loaded.count == 1 && fixture.fingerprint != before)
            let (detail, certificate) = (loaded.first?["detail"], try #require(fixture.watch.store.current.certificate))
            #expect(detail?["fingerprint"] == .string(certificate.fingerprint))
            #expect(detail?["subject"] == .string(certificate.subject))
            #expect(detail?["not_after"]?.integerValue == certificate.notAfter)
        }
    }

    @Test("SEC-44: a bad pair stays out, is recorded once with its reason, and the one before serves on")
    func bad() async throws {
        try await with { fixture in
            let before = fixture.fingerprint
            try fixture.swap("next", keyOnly: true)
            fixture.watch.look()
            fixture.watch.look()
            let rejected = try await fixture.records("tls.cert_rejected")
            #expect(rejected.count == 1 && rejected.first?["outcome"] == "failed" && rejected.first?["sev"] == "error")
            #expect(rejected.first?["detail"]?["reason"] == "tls_key_mismatch")
            #expect(fixture.fingerprint == before)
            #expect(try await fixture.records("tls.cert_loaded").isEmpty)
        }
    }

    @Test("SEC-44: a reload reads the pair whether it changed or not, and says so each time")
    func reloads() async throws {
        try await with { fixture in
            let before = fixture.fingerprint
            fixture.watch.reload()
            fixture.watch.reload()
            #expect(try await fixture.records("tls.cert_loaded").count == 2 && fixture.fingerprint == before)
            try fixture.swap("next", keyOnly: true)
            fixture.watch.reload()
            fixture.watch.reload()
            #expect(try await fixture.records("tls.cert_rejected").count == 2 && fixture.fingerprint == before)
        }
    }

    @Test("tls.cert_expiring: from two weeks before the end, once a day, until another certificate is in use")
    func expiring() async throws {
        try await with { fixture in
            func count() async throws -> Int { try await fixture.records("tls.cert_expiring").count }
            // It began an hour before the clock did, and lives 365 days.
            fixture.clock.advance(.hours(350 * 24))
            fixture.watch.look()
            #expect(try await count() == 0)
            fixture.clock.advance(.hours(24))
            for _ in 0..<3 { fixture.watch.look() }
            fixture.watch.reload()
            #expect(try await count() == 1)
            fixture.clock.advance(.hours(23))
            fixture.watch.look()
            #expect(try await count() == 1)
            fixture.clock.advance(.hours(1))
            fixture.watch.look()
            #expect(try await count() == 2)
            let first = try await fixture.records("tls.cert_expiring").first
            #expect(first?["sev"] == "warning" && first?["detail"]?["days_left"] == 13)
            #expect(first?["detail"]?["fingerprint"] == fixture.fingerprint.map { .string($0) })
            // Nobody renewed it: it is said on, and louder.
            fixture.clock.advance(.hours(24 * 30))
            fixture.watch.look()
            #expect(try await fixture.records("tls.cert_expiring").last?["sev"] == "error")
            let told = try await count()
            try fixture.swap("next", now: fixture.clock.wallMilliseconds / 1_000)
            fixture.clock.advance(.hours(24))
            fixture.watch.look()
            #expect(try await count() == told)
        }
    }

    @Test("tls.cert_expiring: a start with a certificate that ends soon says so at once")
    func expiringAtStart() async throws {
        let now = ServerClock.system.wallMilliseconds() / 1_000
        for (age, expected) in [(Int64(0), 0), (360, 1)] {
            var fixture = try StartFixture()
            defer { fixture.directory.remove() }
            try fixture.useTLS(now: now - age * 86_400)
            try await fixture.application.start().stop()
            let records = try fixture.directory.auditRecords().filter { $0["event"] == "tls.cert_expiring" }
            #expect(records.count == expected)
        }
    }
}
