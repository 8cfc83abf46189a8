import GatehouseAudit
import GatehouseJSON
import GatehouseTestSupport
import Testing

@Suite("The ring")
struct RingTests {
    @Test("AUD-10: at three quarters connections are refused, at nine tenths reading stops, beyond the end losses are counted and written")
    func fullRing() throws {
        let test = try TestLog { $0.ringRecords = 100 }
        var levels: [AuditPressure] = []
        for index in 0..<110 {
            let outcome = test.log.record(.opened(UInt16(index))).outcome
            #expect(outcome == (index < 100 ? .queued : .lost))
            levels.append(test.log.pressure)
        }
        #expect(levels.firstIndex(of: .refuseConnections) == 74 && levels.firstIndex(of: .stopReading) == 89)
        test.log.drive()
        #expect(test.log.pressure == .none)
        test.log.drive()
        try test.close()
        let gap = try #require(test.directory.records.first { $0["event"] == "audit.gap" })
        #expect(gap["detail"]?.objectValue?["count"] == 10 && gap["outcome"] == "failed")
    }

    @Test("AUD-10: the ring is bounded in bytes too")
    func bytes() throws {
        let test = try TestLog { $0.ringBytes = 65_536 }
        var queued = 0
        while test.log.record(.opened()).outcome == .queued { queued += 1 }
        #expect(queued > 100 && queued < 65_536 / 100)
        try test.close()
        #expect(test.directory.events.filter { $0 == "conn.opened" }.count == queued)
    }

    @Test("Class A: completed in order with the number of its record, only after the sync")
    func durable() throws {
        let files = FaultyFiles()
        let test = try TestLog(files: files)
        let outcomes = Outcomes()
        test.log.recordDurably(AuditRecord(.adminBanAdd), completion: outcomes.completion)
        test.log.record(.opened())
        test.log.recordDurably(AuditRecord(.adminBanRemove), completion: outcomes.completion)
        test.log.flush(completion: outcomes.completion)
        #expect(outcomes.texts == [])
        test.log.drive()
        #expect(outcomes.texts == ["2", "4", "4"])
        try test.close()
        #expect(test.directory.events[1] == "admin.ban.add" && test.directory.events[3] == "admin.ban.remove")
    }

    @Test("A level of none writes nothing; class A records are written at any level")
    func levels() throws {
        var levels = AuditLevels()
        try levels.set(.none, for: .connectionOpened)
        let chosen = levels
        let test = try TestLog { $0.levels = chosen }
        #expect(test.log.record(.opened()).outcome == .off)
        #expect(test.log.record(AuditRecord(.messageAccepted)).outcome == .off, "off unless asked for")
        try test.close()
        #expect(test.directory.events == ["audit.started", "audit.stopped"])
    }

    @Test("AUD-10: the log's own thread writes what many threads record, in the order of each of them")
    func threads() async throws {
        let directory = TestDirectory()
        var configuration = AuditConfiguration(directory: directory.log, node: "gw-1")
        configuration.reserveBytes = 0
        configuration.segmentBytes = 65_536
        let log = try AuditLog.open(configuration)
        await withTaskGroup { group in
            for task in 0..<8 {
                group.addTask {
                    for index in 0..<500 {
                        log.record(AuditRecord(.roomJoined, detail: ["task": AuditScalar(task), "index": AuditScalar(index)]))
                        if index % 100 == 0 { _ = try? await log.recordDurably(AuditRecord(.adminBanAdd)) }
                    }
                }
            }
        }
        try await log.flush()
        #expect(log.head.seq >= 4_040)
        try await log.stop()
        let report = try AuditVerifier().verify(directory: directory.log)
        #expect(report.verdict == .good && report.files > 10)
        var next = [Int64](repeating: 0, count: 8)
        for record in directory.records where record["event"] == "room.joined" {
            let detail = try #require(record["detail"]?.objectValue)
            let task = Int(try #require(detail["task"]?.integerValue))
            #expect(detail["index"]?.integerValue == next[task])
            next[task] += 1
        }
        #expect(next == Array(repeating: 500, count: 8))
        await #expect(throws: AuditError.self) { try await log.recordDurably(AuditRecord(.adminBanAdd)) }
    }
}
