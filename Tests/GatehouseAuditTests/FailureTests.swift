import GatehouseAudit
import GatehouseJSON
import GatehouseTestSupport
import Testing

@Suite("When the disk fails")
struct FailureTests {
    private let ban = AuditRecord(.adminBanAdd, outcome: .pending, detail: ["stage": "intent"])

    @Test("AUD-12: interrupted and short writes lose nothing")
    func shortWrites() throws {
        let files = FaultyFiles()
        files.change { $0.piece = 7 }
        let test = try TestLog(files: files)
        files.change { $0.writes = [ErrorNumber.interrupted, nil, ErrorNumber.interrupted] }
        for port in 1...20 { test.log.record(.opened(UInt16(port))) }
        try test.close()
        #expect(test.directory.events.filter { $0 == "conn.opened" }.count == 20)
        #expect(test.log.health == .stopped)
    }

    @Test("AUD-11: after a failed fdatasync the records are written again in a new file, the old descriptor is never synced again")
    func failedSync() throws {
        let files = FaultyFiles()
        let test = try TestLog(files: files)
        test.log.record(.opened(1))
        test.log.drive()
        let old = try #require(files.calls.last)
        files.change { plan in
            plan.syncs = [ErrorNumber.input]
            plan.calls = []
        }
        let outcomes = Outcomes()
        test.log.record(.opened(2))
        test.log.recordDurably(ban, completion: outcomes.completion)
        test.log.drive()
        #expect(outcomes.texts == ["5"])
        #expect(test.log.health == .healthy)
        #expect(files.calls.filter { $0 == old }.count == 1)
        try test.close()
        #expect(
            test.directory.events == [
                "audit.started", "conn.opened", "audit.rotated", "conn.opened", "admin.ban.add", "audit.stopped",
            ])
        let link = try #require(test.directory.records.first { $0["event"] == "audit.rotated" }?["detail"]?.objectValue)
        #expect(link["reason"] == "sync_failed" && link["cut"] == true)
    }

    @Test("AUD-11: lines that could not be cut off the suspect file are told from tampering")
    func abandonedLines() throws {
        let test = try TestLog.leavingSuspectFile()
        let report = try AuditVerifier().verify(directory: test.directory.log)
        #expect(report.abandonedLines == 4)
    }

    @Test("AUD-12, AUD-15: with EIO class A is refused and connections too, nothing queued is lost, and the way back needs no restart")
    func inputError() throws {
        let files = FaultyFiles()
        let test = try TestLog(files: files)
        files.change { $0.always = ErrorNumber.input }
        let outcomes = Outcomes()
        test.log.record(.opened(1))
        test.log.recordDurably(ban, completion: outcomes.completion)
        #expect(test.log.pressure == .none)
        test.log.drive()
        #expect(outcomes.texts == ["audit_unavailable"])
        #expect(test.log.pressure == .refuseConnections)
        test.log.recordDurably(ban, completion: outcomes.completion)
        #expect(outcomes.texts == ["audit_unavailable", "audit_unavailable"], "refused at once, without the writer")
        for port in 2...10 { #expect(test.log.record(.opened(UInt16(port))).outcome == .queued) }
        test.clock.advance(.seconds(1))
        test.log.drive()
        #expect(test.log.health != .healthy)

        files.change { $0.always = nil }
        test.clock.advance(.seconds(1))
        test.log.drive()
        #expect(test.log.health == .healthy && test.log.pressure == .none)
        test.log.recordDurably(ban, completion: outcomes.completion)
        test.log.drive()
        #expect(outcomes.texts.last.flatMap(UInt64.init) == test.log.head.seq)
        try test.close()
        #expect(test.directory.events.filter { $0 == "conn.opened" }.count == 10)
        #expect(test.directory.events.contains("audit.degraded") && test.directory.events.contains("audit.restored"))
    }

    @Test(
        "AUD-11, AUD-12: of several callers that wait while writes fail, each is told once, and told the truth", arguments: [true, false])
    func queuedCallers(goesOn: Bool) throws {
        let files = FaultyFiles()
        let test = try TestLog(files: files)
        // One failed sync is made good in a new file; a volume that takes nothing any more is not.
        files.change { if goesOn { $0.syncs = [ErrorNumber.input] } else { $0.always = ErrorNumber.input } }
        let callers = (0..<5).map { _ in Outcomes() }
        for (number, caller) in callers.enumerated() {
            test.log.record(.opened(UInt16(number + 1)))
            test.log.recordDurably(ban, completion: caller.completion)
            #expect(caller.texts == [], "nobody is told before the writer has tried")
        }
        test.log.drive()
        let numbers = callers.map { $0.texts }
        if goesOn {
            let given = numbers.compactMap(\.first).compactMap(UInt64.init)
            #expect(numbers.allSatisfy { $0.count == 1 } && given == given.sorted() && Set(given).count == 5)
            for number in given {
                #expect(test.directory.records.last { $0["seq"]?.integerValue == Int64(number) }?["event"] == "admin.ban.add")
            }
        } else {
            #expect(numbers == [[String]](repeating: ["audit_unavailable"], count: 5))
            files.change { $0.always = nil }
            test.clock.advance(.seconds(1))
            test.log.drive()
            #expect(test.directory.events.filter { $0 == "admin.ban.add" }.count == 5, "what somebody intended stays on record")
        }
        test.log.drive()
        #expect(callers.map { $0.texts } == numbers, "nobody is told twice")
        try test.close()
        #expect(test.directory.events.filter { $0 == "conn.opened" }.count == 5)
    }

    @Test("AUD-14, AUD-15: on a full volume the reserve takes the last records; with space again the log goes on")
    func fullVolume() throws {
        let files = FaultyFiles()
        files.change { $0.room = 100_000 }
        let test = try TestLog(files: files) { $0.reserveBytes = 60_000 }
        var sent = 0
        while test.log.health == .healthy, sent < 1_000 {
            for _ in 0..<10 {
                sent += 1
                test.log.record(.opened(UInt16(sent)))
            }
            test.log.drive()
        }
        #expect(sent < 1_000)
        #expect(test.directory.events.last == "audit.degraded", "written in the space of the reserve")
        #expect(test.directory.events.filter { $0 == "conn.opened" }.count == sent)
        for _ in 0..<50 {
            sent += 1
            test.log.record(.opened(UInt16(sent)))
        }
        for _ in 0..<3 {
            test.clock.advance(.seconds(1))
            test.log.drive()
        }
        #expect(test.log.health != .healthy, "the reserve cannot be made again")
        files.change { $0.room = 1_000_000 }
        test.clock.advance(.seconds(1))
        test.log.drive()
        #expect(test.log.health == .healthy)
        try test.close()
        #expect(test.directory.events.filter { $0 == "conn.opened" }.count == sent)
    }

    @Test("AUD-14: below a twentieth of free space connections are refused, below a fifth the heartbeat warns")
    func lowSpace() throws {
        let files = FaultyFiles()
        files.change { $0.freePercent = 15 }
        let test = try TestLog(files: files)
        #expect(test.log.pressure == .none)
        files.change { $0.freePercent = 4 }
        test.clock.advance(.seconds(60))
        test.log.drive()
        #expect(test.log.pressure == .refuseConnections)
        files.change { $0.freePercent = 50 }
        test.clock.advance(.seconds(60))
        test.log.drive()
        #expect(test.log.pressure == .none)
        try test.close()
        let beats = test.directory.records.filter { $0["event"] == "audit.heartbeat" }
        #expect(beats.map { $0["sev"] } == ["warning", "info"])
    }

    @Test("audit.on_failure: continue lets class A go on without a number, counts losses and writes audit.gap")
    func goOn() throws {
        let files = FaultyFiles()
        let test = try TestLog(files: files) { configuration in
            configuration.onFailure = .continue
            configuration.ringRecords = 64
        }
        files.change { $0.always = ErrorNumber.input }
        let outcomes = Outcomes()
        test.log.recordDurably(ban, completion: outcomes.completion)
        test.log.drive()
        test.log.recordDurably(ban, completion: outcomes.completion)
        #expect(outcomes.texts == ["lost", "lost"])
        var lost: Int64 = 0
        for _ in 0..<100 where test.log.record(.opened()).outcome == .lost { lost += 1 }
        #expect(lost > 0)
        files.change { $0.always = nil }
        test.clock.advance(.seconds(1))
        test.log.drive()
        try test.close()
        let gap = try #require(test.directory.records.first { $0["event"] == "audit.gap" }?["detail"]?.objectValue)
        #expect(gap["count"]?.integerValue == lost)
        #expect(test.log.lost == UInt64(lost))
    }

    @Test("AUD-06: the failure switch refuses words it does not know, and levels cannot be lowered below their minimum")
    func settings() throws {
        #expect(try AuditFailurePolicy(setting: "fail_operation", strict: true) == .failOperation)
        #expect(try AuditFailurePolicy(setting: "continue") == .continue)
        for (word, strict) in [("", false), ("Continue", false), ("ignore", false), ("continue", true)] {
            let error = #expect(throws: AuditError.self) { try AuditFailurePolicy(setting: word, strict: strict) }
            #expect(error?.code == .setting)
        }
        var levels = AuditLevels()
        #expect(throws: AuditError.self) { try levels.set(.none, for: .authFailed) }
        #expect(throws: AuditError.self) { try levels.set(.none, for: .adminBanAdd) }
        try levels.set(.none, for: .connectionOpened)
    }

    @Test("A stop that cannot write says how much is missing")
    func failedStop() throws {
        let files = FaultyFiles()
        let test = try TestLog(files: files)
        files.change { $0.always = ErrorNumber.readOnly }
        test.log.record(.opened())
        test.log.stop { #expect($0?.code == .unavailable) }
        #expect(test.log.record(.opened()).outcome == .stopped)
        let outcomes = Outcomes()
        test.log.recordDurably(ban, completion: outcomes.completion)
        #expect(outcomes.texts == ["audit_unavailable"] || outcomes.texts == ["audit_stopped"])
        #expect(try AuditVerifier().verify(directory: test.directory.log).verdict == .good)
    }

    @Test("A log that cannot be written at its start is refused")
    func failedStart() {
        let files = FaultyFiles()
        files.change { $0.always = ErrorNumber.readOnly }
        let error = #expect(throws: AuditError.self) { try TestLog(files: files) }
        #expect(error?.code == .io)
    }
}
