import GatehouseAudit
import GatehouseJSON
import GatehouseNetwork
import GatehouseTestSupport
import NIOConcurrencyHelpers
import Testing

/// A log whose writer runs only when the test says so.
struct TestLog {
    let directory: TestDirectory
    let clock: TestClock
    let log: AuditLog

    init(
        _ directory: TestDirectory = TestDirectory(), clock: TestClock = TestClock(), files: any AuditFileSystem = SystemFiles(),
        _ configure: (inout AuditConfiguration) -> Void = { _ in }
    ) throws {
        var configuration = AuditConfiguration(directory: directory.log, node: "gw-1")
        configuration.reserveBytes = 0
        configuration.ringBytes = 1 << 20
        configuration.actorBytesPerSecond = .max / 2
        configure(&configuration)
        self.directory = directory
        self.clock = clock
        log = try AuditLog.open(configuration, files: files, clock: clock.clock, driver: .manual)
    }

    /// A log that has stopped after a sync failed, with a suspect file whose end could not be cut off and the file that was begun behind it.
    static func leavingSuspectFile() throws -> TestLog {
        let files = FaultyFiles()
        let test = try TestLog(files: files)
        test.log.record(.opened(1))
        test.log.drive()
        files.change { plan in
            plan.syncs = [ErrorNumber.input]
            plan.truncateFails = true
        }
        for port in 2...4 { test.log.record(.opened(UInt16(port))) }
        try test.close()
        return test
    }

    /// Stops, and checks that every line conforms to the schema (AUD-01) and that the log verifies.
    func close(sourceLocation: SourceLocation = #_sourceLocation) throws {
        let problem = NIOLockedValueBox<AuditError?>(nil)
        log.stop { error in problem.withLockedValue { $0 = error } }
        #expect(problem.withLockedValue { $0 } == nil, sourceLocation: sourceLocation)
        try directory.expectConforming(sourceLocation: sourceLocation)
        #expect(try AuditVerifier().verify(directory: directory.log).verdict == .good, sourceLocation: sourceLocation)
    }
}

extension TestDirectory {
    var records: [JSONObject] {
        lines.compactMap { line in try? JSONValue(parsing: Array(line.utf8)).objectValue }
    }

    var events: [String] { records.compactMap { $0["event"]?.stringValue } }

    func expectConforming(sourceLocation: SourceLocation = #_sourceLocation) throws {
        for line in lines {
            #expect(AuditSchema.violations(in: line) == [], sourceLocation: sourceLocation)
            #expect(line.utf8.count <= 8_192, sourceLocation: sourceLocation)
        }
    }
}

extension AuditRecord {
    /// A denial as the pipeline writes them.
    static func denial(_ subject: String = "u1", id: ULID = ULIDGenerator.shared.next()) -> AuditRecord {
        AuditRecord(
            .messageDenied,
            actor: AuditActor(
                issuer: "corp", subject: subject, client: "web", roles: ["user"], ip: ClientAddress(IPAddress("203.0.113.9")), port: 51_234,
                origin: "https://app.example.com", transport: "websocket"),
            target: AuditTarget(namespace: "/chat", event: "message", room: "tenant:acme:staff"),
            decision: AuditDecision(id: id, effect: .deny, rule: "room.staff", reason: "deny_rule", generation: 42), detail: ["bytes": 812]
        )
    }

    static func opened(_ port: UInt16 = 1) -> AuditRecord {
        AuditRecord(.connectionOpened, actor: AuditActor(ip: ClientAddress(IPAddress("203.0.113.9")), port: port))
    }
}
