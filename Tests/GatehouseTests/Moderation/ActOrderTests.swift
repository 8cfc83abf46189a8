import GatehouseAudit
import GatehouseJSON
import GatehouseTestSupport
import GatehouseTesting
import NIOCore
import SocketIO
import Testing

@testable import Gatehouse
@testable import GatehouseModeration

/// An act that notes which of its stages run.
struct ProbeAct: Act {
    static let verb = AdminVerb.announce
    @TaskLocal static var recorder = Recorder()

    struct Broken: Error {}

    var requestID: String
    var reason: String
    /// Whether the audit log is lost meanwhile, or the first effects fail.
    var loses: Bool
    var failures: Int
    var dryRun: Bool { false }
    var subject: ActSubject { ActSubject(ns: "/") }

    static let schema = Schema(
        Field("request_id", \.requestID), Field("reason", \.reason), Field("loses", \.loses), Field("failures", \.failures),
        make: ProbeAct.init)

    func check(_ making: ActMaking) async throws { Self.recorder.note("check") }

    func effect(_ making: ActMaking) async throws -> JSONObject {
        Self.recorder.note("effect")
        if loses { try await making.runtime.audit.stop() }
        if Self.recorder.notes.count(where: { $0 == "effect" }) <= failures { throw Broken() }
        return ["closed": 1]
    }
}

@Suite("Acts of staff, stage by stage")
struct ActOrderTests {
    /// Runs an act in a handler, where it has a context.
    private func perform(
        files: any AuditFileSystem = SystemFiles(), loses: Bool = false, failures: Int = 0,
        _ body: (TestServer, SocketIOClient, Recorder) async throws -> Void
    ) async throws {
        let recorder = Recorder()
        let admin = AdminGateway(store: .inMemory())
        let act = ProbeAct(requestID: ULIDGenerator.shared.next().description, reason: "test", loses: loses, failures: failures)
        let gateway = ScriptGateway<Root>(later: { _, context in
            try await ProbeAct.$recorder.withValue(recorder) { .object(try await ActRunner(gateway: admin).make(act, context)) }
        })
        try await TestServer.with(
            PendingMount(gateway), PendingMount(admin),
            configure: {
                $0.policies = $0.policies.allowing("/admin")
                $0.auditFiles = files
            }
        ) { server in try await body(server, try await server.join(), recorder) }
    }

    @Test("MOD-32: what was done is answered as done, and not done again, even if its result could not be recorded")
    func resultNotRecorded() async throws {
        try await perform(loses: true) { _, client, recorder in
            let first = try await client.emitWithAck("later", [[:]]).first
            #expect(first == ["closed": 1])
            #expect(try await client.emitWithAck("later", [[:]]).first == first)
            #expect(recorder.notes == ["check", "effect"])
        }
    }

    @Test("MOD-32, MOD-54: an act that is refused for want of the audit log is not done, and the log says so once it is written again")
    func notRecorded() async throws {
        let files = FaultyFiles()
        try await perform(files: files) { server, client, recorder in
            // A log that fails for an earlier record takes no intent at all.
            try await server.runtime.audit.flush()
            files.change { $0.always = ErrorNumber.input }
            #expect(try await client.emitWithAck("later", [[:]]).first?["code"] == "audit_unavailable")
            files.change { $0.always = nil }
            try await server.runtime.audit.stop()
            #expect(recorder.notes == ["check"])
            let records = try server.directory.auditRecords().filter { $0["event"]?.stringValue == "admin.announce" }
            #expect(records.map { [$0["detail"]?["stage"], $0["outcome"]] } == [["intent", "pending"], ["result", "failed"]])
            #expect(records.last?["detail"]?["code"] == "audit_unavailable")
            #expect(Set(records.map { $0["req"]?.stringValue }).count == 1)
        }
    }

    @Test("MOD-32: an effect that fails has a result record too, and may be tried again")
    func effectFails() async throws {
        try await perform(failures: 1) { server, client, recorder in
            #expect(try await client.emitWithAck("later", [[:]]).first?["code"] == "internal")
            let stages = try await server.records("admin.announce").map { [$0["detail"]?["stage"], $0["outcome"]] }
            #expect(stages == [["intent", "pending"], ["result", "failed"]])
            #expect(try await client.emitWithAck("later", [[:]]).first?["closed"] == 1)
            #expect(recorder.notes == ["check", "effect", "check", "effect"])
        }
    }

    @Test("MOD-54: an intent whose result a killed process did not record is closed as abandoned at the next start, and only once")
    func abandoned() async throws {
        let fixture = try StartFixture(AdminScript.policies)
        defer { fixture.directory.remove() }
        func start() async throws -> RunningServer {
            try await fixture.application.mount(ScriptGateway<Side>()).mount(AdminGateway(store: .inMemory())).start()
        }
        let (done, left, late) = (ULIDGenerator.shared.next(), ULIDGenerator.shared.next(), ULIDGenerator.shared.next())
        let actor = AuditActor(issuer: "corp", subject: "root")
        let first = try await start()
        let audit = first.runtime.audit
        audit.record(AuditRecord(.adminAnnounce, outcome: .pending, actor: actor, request: done))
        audit.record(AuditRecord(.adminAnnounce, actor: actor, detail: ["stage": "result"], request: done))
        audit.record(
            AuditRecord(.adminSessionKick, outcome: .pending, actor: actor, target: AuditTarget(subject: "m\u{E9}l"), request: left))
        // A rehearsal, and another's act under the same id.
        audit.record(AuditRecord(.adminSessionKick, actor: actor, detail: ["stage": "dry_run"], request: left))
        let other = AuditActor(issuer: "corp", subject: "other")
        audit.record(AuditRecord(.adminSessionKick, actor: other, detail: ["stage": "result"], request: left))
        try await audit.flush()
        audit.rotate()
        audit.record(AuditRecord(.adminBanAdd, outcome: .pending, actor: actor, request: late))
        try await first.stop()
        for _ in 0..<2 { try await start().stop() }

        let records = try fixture.directory.auditRecords()
        let closed = records.filter { $0["detail"]?["code"] == "abandoned" }
        #expect(closed.map { $0["req"]?.stringValue } == [left.description, late.description])
        #expect(closed.map { $0["event"] } == ["admin.session.kick", "admin.ban.add"])
        #expect(closed.allSatisfy { $0["outcome"] == "failed" && $0["actor"]?["sub"] == "root" })
        #expect(closed.first?["target"]?["sub"] == "m\u{E9}l")
        let intents = records.filter { $0["outcome"] == "pending" && $0["req"]?.stringValue != done.description }
        #expect(closed.map { $0["detail"]?["intent_seq"] } == intents.map { $0["seq"] })
    }
}
