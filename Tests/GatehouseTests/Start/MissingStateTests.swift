import Foundation
import GatehouseAudit
import GatehouseModeration
import GatehouseTesting
import Logging
import Testing

@testable import Gatehouse

@Suite("A start without what an earlier run kept", .timeLimit(.minutes(1)))
struct MissingStateTests {
    /// A server with a store in a file, which has been started, has revoked something, and has stopped.
    private struct Fixture {
        var start: StartFixture
        var store: String { start.directory.path("moderation.sqlite") }

        init() throws {
            start = try StartFixture(
                TestPolicies().allowing().allowing(
                    "/admin", connect: "{ id: admin.staff, when: { roles: { any_of: [moderator, admin] } } }"))
        }

        func run(_ body: (RunningServer) async throws -> Void = { _ in }) async throws {
            let application = Application(start.configuration, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
                .mount(ScriptGateway<Root>()).mount(AdminGateway(store: .file(store)))
            let server = try await application.start()
            do { try await body(server) } catch {
                try? await server.stop()
                throw error
            }
            try await server.stop()
        }

        func revokeSomething() async throws {
            try await run { server in
                let client = try await start.connect(server)
                let now = ServerClock.system.wallMilliseconds() / 1_000
                try await client.join("/admin", auth: ["token": .string(try TestTokens.token("mod", roles: ["moderator"], now: now))])
                let answer = try await AdminScript.ask(client, "token.revoke", ["user": AdminScript.user("alice")])
                #expect(answer?["closed"] == 0)
            }
        }

        func refusal() async throws -> StartError? {
            do {
                try await run()
                return nil
            } catch let error as StartError {
                return error
            }
        }
    }

    static let files = ["moderation.sqlite", "audit/audit.key", "audit/audit.signing.key", "audit/audit.checkpoints"]

    @Test(
        "Each file that a server makes silently at its first start is missed at a later one; the line names it and the flag",
        arguments: files)
    func missing(_ name: String) async throws {
        var fixture = try Fixture()
        defer { fixture.start.directory.remove() }
        try await fixture.revokeSomething()
        let path = fixture.start.directory.path(name)
        try FileManager.default.removeItem(atPath: path)
        // Asked twice: a start that was refused has made nothing.
        for _ in 0..<2 {
            let error = try #require(try await fixture.refusal())
            #expect(error.code == .state && error.message.contains(path) && error.message.contains("--accept-missing-state"), "\(error)")
            #expect(!error.message.contains("\n") && !FileManager.default.fileExists(atPath: path))
        }
        fixture.start.configuration.acceptsMissingState = true
        #expect(try await fixture.refusal() == nil)
        let record = try #require(
            try fixture.start.directory.auditRecords().last { $0["event"]?.stringValue == AuditEvent.nodeStateMissing.rawValue })
        #expect(record["target"]?["ref"]?.stringValue == path, "\(record)")
        // It is there again: what is accepted once is not accepted unseen for ever.
        fixture.start.configuration.acceptsMissingState = false
        #expect(try await fixture.refusal() == nil)
        #expect(
            try fixture.start.directory.auditRecords().count { $0["event"]?.stringValue == AuditEvent.nodeStateMissing.rawValue } == 1)
    }

    @Test("A log that is gone while the store holds something is missed too, and everything that is missing is named at once")
    func log() async throws {
        var fixture = try Fixture()
        defer { fixture.start.directory.remove() }
        try await fixture.revokeSomething()
        try FileManager.default.removeItem(atPath: fixture.start.configuration.audit)
        let error = try #require(try await fixture.refusal())
        #expect(error.code == .state && error.message.contains(fixture.start.configuration.audit))
        fixture.start.configuration.acceptsMissingState = true
        #expect(try await fixture.refusal() == nil)
        fixture.start.configuration.acceptsMissingState = false
        for name in Self.files.prefix(3) { try FileManager.default.removeItem(atPath: fixture.start.directory.path(name)) }
        let all = try #require(try await fixture.refusal())
        for name in Self.files.prefix(3) { #expect(all.message.contains(fixture.start.directory.path(name))) }
    }

    @Test("A first start makes everything, a second one finds it, and one that was cut off between the store and the log goes on")
    func first() async throws {
        let fixture = try Fixture()
        defer { fixture.start.directory.remove() }
        try await fixture.run()
        try await fixture.run()
        // The store is made first, and holds nothing yet.
        try FileManager.default.removeItem(atPath: fixture.start.configuration.audit)
        #expect(try await fixture.refusal() == nil)
    }
}
