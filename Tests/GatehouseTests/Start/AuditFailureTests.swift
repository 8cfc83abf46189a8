import EngineIO
import Foundation
import GatehouseAudit
import GatehouseJSON
import GatehouseTestSupport
import GatehouseTesting
import GatehouseTokens
import NIOConcurrencyHelpers
import NIOCore
import SocketIO
import Testing

@testable import Gatehouse

@Suite("A running server whose audit log cannot be written")
struct AuditFailureTests {
    private struct Fixture {
        let start: StartFixture
        let files: FaultyFiles
        let server: RunningServer
        /// The server's time, where a test moves it.
        let clock: TestClock?

        func connect() async throws -> SocketIOClient {
            try await SocketIOClient.connect(server.url, options: .init(transport: .webSocket, headers: [], query: ""))
        }

        var auth: JSONObject {
            get throws {
                let now = clock?.wallMilliseconds ?? AuditClock.system.wallMicroseconds() / 1_000
                return ["token": .string(try TestTokens.token("alice", now: now / 1_000))]
            }
        }

        /// From here on nothing can be written, and the log knows.
        func breakDisk() async throws {
            files.change { $0.always = ErrorNumber.input }
            await #expect(throws: AuditError.self) { try await server.runtime.audit.recordDurably(AuditRecord(.adminBanAdd)) }
            #expect(server.runtime.audit.health != .healthy)
        }

        /// Fills the log's ring until nobody is to be read from.
        func fillRing() {
            let audit = server.runtime.audit
            for _ in 0..<65_536 where audit.pressure < .stopReading { audit.record(AuditRecord(.connectionOpened)) }
            #expect(audit.pressure == .stopReading)
        }

        func mendDisk() { files.change { $0.always = nil } }

        /// The names of the events and the reasons that go with them.
        func reasons(_ event: String) throws -> [String] {
            try start.directory.auditRecords().filter { $0["event"]?.stringValue == event }.map { record in
                record["decision"]?["reason"]?.stringValue ?? record["detail"]?["reason"]?.stringValue ?? ""
            }
        }
    }

    private func with(
        _ gateway: ScriptGateway<Root> = ScriptGateway<Root>(), clock: TestClock? = nil,
        configure: (inout Configuration) -> Void = { _ in },
        _ body: (Fixture) async throws -> Void
    ) async throws {
        var start = try StartFixture()
        defer { start.directory.remove() }
        configure(&start.configuration)
        start.configuration.drainTimeout = .milliseconds(500)
        let files = FaultyFiles()
        var application = start.application(gateway).auditing(in: files)
        if let clock { application = application.clocked(by: clock.server, engine: clock.engine) }
        let server = try await application.start()
        do {
            try await body(Fixture(start: start, files: files, server: server, clock: clock))
        } catch {
            try? await server.stop()
            throw error
        }
    }

    @Test("AUD-14, AUD-15, R24: nobody new is let in while it cannot be written, who is in goes on, and no record is lost")
    func refusesNewcomers() async throws {
        try await with { fixture in
            let alice = try await fixture.connect()
            try await alice.join("/", auth: try fixture.auth)
            let late = try await fixture.connect()
            try await fixture.breakDisk()

            #expect(fixture.server.runtime.audit.pressure == .refuseConnections)
            let answer = try await RawHTTP.send("GET", "/socket.io/?EIO=4&transport=polling", to: fixture.server.url)
            #expect(answer.hasPrefix("HTTP/1.1 503 "), "\(answer)")
            await #expect(throws: (any Error).self) { try await fixture.connect() }
            let refusal = await #expect(throws: ConnectRefused.self) { try await late.join("/", auth: try fixture.auth) }
            #expect(refusal?.code == "unavailable")
            #expect(try await alice.emitWithAck("now", [["value": 1]]) == [1])

            fixture.mendDisk()
            try await fixture.server.stopLeavingNothing()
            #expect(try fixture.reasons("conn.rejected").contains("audit_unavailable"))
            #expect(try fixture.reasons("ns.denied") == ["audit_unavailable"])
            #expect(try fixture.reasons("audit.degraded").count == 1 && fixture.reasons("audit.restored").count == 1)
            #expect(try fixture.reasons("audit.gap") == [])
            #expect(try AuditVerifier().verify(directory: fixture.start.configuration.audit).verdict == .good)
        }
    }

    @Test("Audit class A: token keys come into force only once that is recorded")
    func keys() async throws {
        try await with { fixture in
            try await fixture.breakDisk()
            let issuer = try IssuerKeys("k2")
            try fixture.start.directory.write(try issuer.jwks("k2"), to: "jwks.json")
            let before = fixture.server.runtime.tokens.current
            await fixture.server.keyWatch.look()
            #expect(fixture.server.runtime.tokens.current === before)
            fixture.mendDisk()
            // The log tries again within a second, and so do the keys.
            let deadline = ContinuousClock.now + .seconds(10)
            while fixture.server.runtime.tokens.current === before, ContinuousClock.now < deadline {
                await fixture.server.keyWatch.look()
                await Task.yield()
            }
            #expect(fixture.server.runtime.tokens.current.issuers.keyCount == 1)
            #expect(fixture.server.runtime.tokens.current !== before)
            try await fixture.server.stopLeavingNothing()
            #expect(try fixture.start.directory.auditRecords().count { $0["event"]?.stringValue == "key.loaded" } >= 1)
        }
    }

    @Test("Audit class B, R24: at nine tenths of the ring nobody is read from; what was sent is answered once the log is written again")
    func stopsReading() async throws {
        let handled = NIOLockedValueBox(0)
        let gateway = ScriptGateway<Root>(now: { step, _ in
            handled.withLockedValue { $0 += 1 }
            return step.value
        })
        try await with(gateway) { fixture in
            let alice = try await fixture.connect()
            try await alice.join("/", auth: try fixture.auth)
            try await fixture.breakDisk()
            fixture.fillRing()

            // The read that was under way is the last one.
            #expect(try await alice.emitWithAck("now", [["value": 1]]) == [1])
            #expect(try await fixture.server.engine.onEachLoop { $0.isReadingHeld } == [true])
            async let second = alice.emitWithAck("now", [["value": 2]])
            for _ in 0..<10 { _ = try await fixture.server.engine.onEachLoop { $0.tick() } }
            #expect(handled.withLockedValue { $0 } == 1)

            fixture.mendDisk()
            let answer = try await second
            #expect(answer == [2])
            #expect(try await fixture.server.engine.onEachLoop { $0.isReadingHeld } == [false])
            #expect(fixture.server.runtime.audit.lost == 0)
            try await fixture.server.stopLeavingNothing()
            #expect(try fixture.reasons("audit.gap") == [])
        }
    }

    @Test("A CONNECT that lies unread while nobody is read from is not too late, however long that takes")
    func connectsAfterAll() async throws {
        let clock = TestClock()
        try await with(ScriptGateway<Root>(now: { step, _ in step.value }), clock: clock) { fixture in
            let alice = try await fixture.connect()
            try await alice.join("/", auth: try fixture.auth)
            let late = try await fixture.connect()
            try await fixture.breakDisk()
            fixture.fillRing()
            #expect(try await alice.emitWithAck("now", [["value": 1]]) == [1])
            #expect(try await fixture.server.engine.onEachLoop { $0.isReadingHeld } == [true])
            // It is read as soon as there is room for some records, which may be before newcomers are let in again.
            @Sendable func join() async throws {
                do {
                    try await late.join("/", auth: try fixture.auth)
                } catch let refusal as ConnectRefused where refusal.code == "unavailable" {
                    try await join()
                }
            }
            async let joined: Void = join()
            for _ in 0..<3 {
                clock.advance(.seconds(10))
                _ = try await fixture.server.engine.onEachLoop { $0.tick() }
            }
            fixture.mendDisk()
            try await eventually("reading is taken up again") {
                try await fixture.server.engine.onEachLoop {
                    $0.tick()
                    return $0.isReadingHeld
                } == [false]
            }
            try await joined
            #expect(try await alice.emitWithAck("now", [["value": 2]]) == [2])
            try await fixture.server.stopLeavingNothing()
        }
    }

    @Test("audit.on_failure: shutdown drains and stops the server")
    func shutdown() async throws {
        var start = try StartFixture()
        defer { start.directory.remove() }
        start.configuration.auditFailure = .shutdown
        start.configuration.drainTimeout = .zero
        let files = FaultyFiles()
        let started = Latch()
        let box = NIOLockedValueBox<RunningServer?>(nil)
        let application = start.application.auditing(in: files).onStart { server in
            box.withLockedValue { $0 = server }
            started.open()
        }
        let run = Task { try await application.run() }
        await started.wait()
        let server = try #require(box.withLockedValue { $0 })
        files.change { $0.always = ErrorNumber.input }
        await #expect(throws: AuditError.self) { try await server.runtime.audit.recordDurably(AuditRecord(.adminBanAdd)) }
        await #expect(throws: AuditOutage.self) { try await run.value }
    }

    @Test("audit.on_failure: continue lets everybody in, and is not for a strict server")
    func goesOn() async throws {
        try await with(configure: { $0.auditFailure = .continue }) { fixture in
            fixture.files.change { $0.always = ErrorNumber.input }
            _ = try await fixture.server.runtime.audit.recordDurably(AuditRecord(.adminBanAdd))
            let audit = fixture.server.runtime.audit
            for _ in 0..<65_536 where audit.fill < 95 { audit.record(AuditRecord(.connectionOpened)) }
            let alice = try await fixture.connect()
            try await alice.join("/", auth: try fixture.auth)
            #expect(try await alice.emitWithAck("now", [["value": 1]]) == [1])
            fixture.mendDisk()
            try await fixture.server.stopLeavingNothing()
        }
        var strict = try StartFixture()
        defer { strict.directory.remove() }
        strict.configuration.auditFailure = .continue
        strict.configuration.strict = true
        #expect(try await strict.refusal()?.code == .audit)
    }

    @Test("AUD-23: a server signs checkpoints of its log by default, and its public key lies beside it")
    func checkpoints() async throws {
        var kept = ""
        try await with(configure: { configuration in
            kept = configuration.audit + "-elsewhere"
            configuration.auditCheckpoints = .file(kept)
        }) { fixture in
            try await fixture.server.stopLeavingNothing()
            let directory = fixture.start.configuration.audit
            let text = try String(contentsOfFile: directory + "/audit.pub", encoding: .utf8)
            let key = try AuditVerifierKey(String(text.dropLast()))
            let external = SignedCheckpoint.read(try String(contentsOfFile: kept, encoding: .utf8))
            #expect(external.checkpoints.count >= 2 && external.broken == 0 && external.rest.isEmpty)
            let report = try AuditVerifier().verify(directory: directory, key: key, external: external.checkpoints)
            #expect(report.verdict == .good && report.checkpoints == external.checkpoints.count * 2 && report.notes == [])
            #expect(external.checkpoints.last?.size == report.records)
            #expect(try SystemFiles().status(at: directory + "/audit.signing.key").permissions == 0o600)
        }
    }
}
