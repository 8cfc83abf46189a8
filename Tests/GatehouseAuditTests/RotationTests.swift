import GatehouseJSON
import GatehouseTestSupport
import Testing

@testable import GatehouseAudit

@Suite("Rotation and reading")
struct RotationTests {
    @Test("AUD-31, AUD-34: a reader follows 1,000 rotations without loss or repeat, and the log verifies")
    func thousandRotations() throws {
        let test = try TestLog()
        var reader = AuditReader(directory: test.directory.log)
        var seen: [UInt64] = []
        for port in 1...1_000 {
            test.log.rotate()
            test.log.record(.opened(UInt16(port)))
            test.log.drive()
            if port % 3 == 0 { while let entry = try reader.next() { seen.append(entry.seq) } }
        }
        test.log.stop { #expect($0 == nil) }
        while let entry = try reader.next() { seen.append(entry.seq) }
        #expect(seen == Array(1...test.log.head.seq))
        let report = try AuditVerifier().verify(directory: test.directory.log)
        #expect(report.verdict == .good && report.files == 1_001)
    }

    @Test("AUD-31: files end at their size and at their age; AUD-21: each begins with the link to the one before")
    func sizeAndAge() throws {
        let test = try TestLog { $0.segmentBytes = 65_536 }
        for port in 0..<600 { test.log.record(.opened(UInt16(port))) }
        test.log.drive()
        test.clock.advance(.seconds(86_400))
        test.log.drive()
        try test.close()
        let names = test.directory.segments
        for (index, name) in names.enumerated() {
            let lines = String(decoding: test.directory.read(name), as: UTF8.self).split(separator: "\n")
            let first = try JSONValue(parsing: Array(try #require(lines.first).utf8)).objectValue
            #expect(first?["event"] == (index == 0 ? "audit.started" : "audit.rotated"))
            #expect(first?["detail"]?.objectValue?["prev_seq"]?.integerValue.map(UInt64.init) == SegmentName(name).map { $0.firstSeq - 1 })
            #expect(test.directory.read(name).count < 65_536 + 8_192)
        }
        let reasons = test.directory.records.compactMap { $0["detail"]?.objectValue?["reason"]?.stringValue }
        #expect(reasons == ["size", "size", "age"])
    }

    @Test(
        "AUD-15, AUD-31, SEC-46: when no file can be made the log goes on in the old one and rotates later",
        arguments: ["size", "age", "request"])
    func failedRotation(_ reason: String) throws {
        let files = FaultyFiles()
        let test = try TestLog(files: files) { $0.segmentBytes = 65_536 }
        test.log.record(.opened(1))
        test.log.drive()
        // Too many open files.
        files.change { $0.creates = 24 }
        switch reason {
        case "age": test.clock.advance(.seconds(86_400))
        case "request": test.log.rotate()
        default: for port in 0..<600 { test.log.record(.opened(UInt16(port))) }
        }
        let outcomes = Outcomes()
        test.log.recordDurably(AuditRecord(.adminBanAdd, outcome: .pending), completion: outcomes.completion)
        test.log.drive()
        #expect(outcomes.texts.count == 1 && outcomes.texts.first.flatMap { Int($0) } != nil, "\(outcomes.texts)")
        #expect(test.log.health == .healthy && test.log.pressure == .none)
        #expect(test.directory.segments.count == 1)
        test.clock.advance(.seconds(60))
        test.log.drive()
        let beat = test.directory.records.last { $0["event"] == "audit.heartbeat" }
        #expect(beat?["sev"] == "warning" && (beat?["detail"]?.objectValue?["rotation_failures"]?.integerValue ?? 0) > 0)

        files.change { $0.creates = nil }
        test.log.record(.opened(2))
        test.clock.advance(.seconds(1))
        test.log.drive()
        test.log.record(.opened(3))
        test.log.drive()
        try test.close()
        #expect(test.directory.segments.count == 2)
        let reasons = test.directory.records.compactMap { $0["detail"]?.objectValue?["reason"]?.stringValue }
        #expect(reasons.contains(reason), "\(reasons)")
    }

    @Test(
        "A line longer than any record is passed over with one error, and reading goes on", arguments: [(100_000, false), (400_000, true)])
    func longLine(_ count: Int, _ isInside: Bool) throws {
        let test = try TestLog()
        test.log.record(.opened(1))
        try test.close()
        let name = try #require(test.directory.segments.first)
        let garbage = [UInt8](repeating: UInt8(ascii: "x"), count: count)
        let lines = test.directory.lines
        let rest = lines.dropFirst().joined(separator: "\n") + "\n"
        let whole =
            isInside
            ? Array((lines[0] + "\n").utf8) + garbage + Array(("\n" + rest).utf8)
            : Array((lines.joined(separator: "\n") + "\n").utf8) + garbage
        test.directory.write(whole, to: name)
        var (seen, faults): ([UInt64], Int) = ([], 0)
        var reader = AuditReader(directory: test.directory.log)
        var fileReader = try AuditFileReader(test.directory.log + "/" + name)
        // More calls than there can be items: a reader that stands still is noticed.
        for _ in 0..<20 {
            do { if let entry = try reader.next() { seen.append(entry.seq) } } catch { faults += 1 }
        }
        #expect(seen == [1, 2, 3] && faults == 1)
        (seen, faults) = ([], 0)
        for _ in 0..<20 {
            do { if let entry = try fileReader.next() { seen.append(entry.seq) } } catch { faults += 1 }
        }
        #expect(seen == [1, 2, 3] && faults == 1)
        var last = try AuditReader(directory: test.directory.log, last: 1)
        var found: [UInt64] = []
        for _ in 0..<20 { if let entry = try? last.next() { found.append(entry.seq) } }
        #expect(found == [3])
    }

    @Test("AUD-31: a file that was moved away or cut is left, and the log says so", arguments: [true, false])
    func replaced(_ moved: Bool) throws {
        let test = try TestLog()
        test.log.record(.opened(1))
        test.log.drive()
        let name = try #require(test.directory.segments.first)
        if moved { test.directory.rename(name, to: "audit.old") } else { test.directory.write([], to: name) }
        test.clock.advance(.seconds(60))
        test.log.drive()
        test.log.record(.opened(2))
        test.log.stop { #expect($0 == nil) }
        #expect(test.directory.segments.last == "audit-000000000003.jsonl")
        #expect(
            Array(test.directory.events.suffix(5)) == ["audit.rotated", "audit.gap", "audit.heartbeat", "conn.opened", "audit.stopped"])
        if moved {
            test.directory.rename("audit.old", to: name)
            #expect(try AuditVerifier().verify(directory: test.directory.log).verdict == .good)
        }
    }

    @Test("AUD-31: a file's age goes on over a restart, also when the clock of the machine begins anew")
    func ageOverRestart() throws {
        let first = try TestLog()
        try first.close()
        // A machine that was started anew: its monotonic clock is younger than the file.
        let second = try TestLog(first.directory, clock: TestClock(wall: TestClock.start + 23 * 3_600_000_000))
        second.log.drive()
        #expect(first.directory.segments.count == 1)
        second.clock.advance(.seconds(3_601))
        second.log.drive()
        try second.close()
        #expect(first.directory.segments.count == 2)
        let reasons = first.directory.records.compactMap { $0["detail"]?.objectValue?["reason"]?.stringValue }
        #expect(reasons == ["age"])
    }

    @Test(
        "A time that was written is read back, and nothing else is",
        arguments: [0, 1, -1, 951_782_399_999_999, 951_782_400_000_000, TestClock.start])
    func times(_ time: Int64) {
        let text = Timestamp.text(time)
        #expect(Timestamp.microseconds(of: Array(text.utf8).span) == time)
        for bad in ["", String(text.dropLast()), text + "Z", text.replacing("T", with: " "), text.replacing("-", with: "x")] {
            #expect(Timestamp.microseconds(of: Array(bad.utf8).span) == nil)
        }
    }

    @Test("AUD-24: a heartbeat every 60 s")
    func heartbeats() throws {
        let test = try TestLog()
        for _ in 0..<10 {
            test.clock.advance(.seconds(30))
            test.log.drive()
        }
        try test.close()
        #expect(test.directory.events.filter { $0 == "audit.heartbeat" }.count == 5)
    }

    @Test("AUD-24: two missed heartbeats are a finding")
    func silence() throws {
        let test = try TestLog()
        for seconds in [60, 170, 60, 190, 60] {
            test.clock.advance(.seconds(seconds))
            test.log.drive()
        }
        try test.close()
        let report = try AuditVerifier().verify(directory: test.directory.log)
        #expect(report.silences == 1 && report.notes == ["190 s of silence before record 5: heartbeats are missing"])
    }

    @Test("A reader finds records by decision, actor, event, rule, room, request and time")
    func filters() throws {
        let test = try TestLog()
        let id = ULIDGenerator.shared.next()
        var denial = AuditRecord.denial(id: id)
        denial.request = id
        test.log.record(denial)
        test.clock.advance(.seconds(60))
        test.log.record(.opened())
        try test.close()
        func found(_ change: (inout AuditFilter) -> Void) throws -> [String] {
            var filter = AuditFilter()
            change(&filter)
            var reader = AuditReader(directory: test.directory.log, filter: filter)
            var events: [String] = []
            while let entry = try reader.next() { events.append(entry.event) }
            return events
        }
        #expect(try found { $0.decisionID = id.description } == ["msg.denied"])
        #expect(try found { $0.request = id.description } == ["msg.denied"])
        #expect(try found { $0.actor = "u1" } == ["msg.denied"])
        #expect(try found { $0.actor = "corp/u1" } == ["msg.denied"])
        #expect(try found { $0.actor = "203.0.113.9" } == ["msg.denied", "conn.opened"])
        #expect(try found { $0.event = "msg." } == ["msg.denied"])
        #expect(try found { $0.event = "conn.*" } == ["conn.opened"])
        #expect(try found { $0.event = "msg" } == [])
        #expect(try found { $0.rule = "room.staff" } == ["msg.denied"])
        #expect(try found { $0.room = "tenant:acme:staff" } == ["msg.denied"])
        #expect(try found { $0.outcome = "denied" } == ["msg.denied"])
        #expect(try found { $0.from = "2026-11-22T20:28" } == ["conn.opened", "audit.stopped"])
        #expect(try found { $0.to = "2026-11-22T20:28" } == ["audit.started", "msg.denied"])
        // The very instant belongs to what begins with it.
        var opened = AuditReader(directory: test.directory.log, after: 2)
        let instant = try #require(try opened.next()?.timestamp)
        #expect(try found { $0.from = instant } == ["conn.opened", "audit.stopped"])
        #expect(try found { $0.to = instant } == ["audit.started", "msg.denied"])

        var last = try AuditReader(directory: test.directory.log, last: 2)
        #expect(try last.next()?.event == "conn.opened" && last.next()?.event == "audit.stopped" && last.next() == nil)
    }

    @Test("A record is shown in one line")
    func summary() throws {
        let test = try TestLog()
        let id = ULIDGenerator.shared.next()
        test.log.record(.denial(id: id))
        try test.close()
        var reader = AuditReader(directory: test.directory.log, after: 1)
        let entry = try #require(try reader.next())
        #expect(
            entry.summary
                == "2026-11-22T20:27:35.123456Z 2 warning msg.denied denied actor=corp/u1 ip=203.0.113.9 ns=/chat event=message "
                + "room=tenant:acme:staff rule=room.staff reason=deny_rule id=\(id) bytes=812")
    }
}
