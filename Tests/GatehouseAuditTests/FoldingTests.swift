import GatehouseAudit
import GatehouseJSON
import Testing

@Suite("Folding of repeats")
struct FoldingTests {
    @Test("AUD class C: the first denial is written at once, its repeats become one record with count, first and last")
    func repeats() throws {
        let test = try TestLog()
        let first = ULIDGenerator.shared.next()
        #expect(test.log.record(.denial(id: first)).outcome == .queued)
        let shared = ULIDGenerator.shared.next()
        for index in 0..<100 {
            test.clock.advance(.milliseconds(10))
            let admission = test.log.record(.denial(id: index == 0 ? shared : ULIDGenerator.shared.next()))
            #expect(admission == AuditAdmission(outcome: .folded, decision: shared))
        }
        test.clock.advance(.seconds(10))
        test.log.drive()
        #expect(test.log.record(.denial()).outcome == .queued, "the window is over")
        try test.close()
        let denials = test.directory.records.filter { $0["event"] == "msg.denied" }
        #expect(denials.map { $0["count"] } == [1, 100, 1])
        #expect(denials.prefix(2).map { $0["decision"]?.objectValue?["id"]?.stringValue } == [first.description, shared.description])
        let detail = try #require(denials[1]["detail"]?.objectValue)
        #expect(detail["first"] == "2026-11-22T20:27:35.133456Z" && detail["last"] == "2026-11-22T20:27:36.123456Z")
    }

    @Test("REL-26: what happened is counted, whatever becomes of its record")
    func tally() throws {
        let test = try TestLog { $0.ringRecords = 64 }
        for _ in 0..<3 { test.log.record(.denial()) }
        for _ in 0..<90 { test.log.record(.opened()) }
        test.log.recordDurably(AuditRecord(.adminBanAdd)) { _ in }
        let counts = test.log.happened
        #expect(counts[.messageDenied] == 3 && counts[.connectionOpened] == 90 && counts[.adminBanAdd] == 1)
        #expect(counts[.auditStarted] == nil, "the log's own records are no news of the server's")
        try test.close()
    }

    @Test("AUD class C: windows are for one actor, one event, one rule")
    func keys() throws {
        let test = try TestLog()
        var other = AuditRecord.denial()
        other.decision?.rule = "another"
        var event = AuditRecord.denial()
        event.event = .roomDenied
        for record in [.denial("u1"), .denial("u2"), other, event] { #expect(test.log.record(record).outcome == .queued) }
        #expect(test.log.record(.denial("u1")).outcome == .folded)
        #expect(test.log.record(.opened()).outcome == .queued && test.log.record(.opened()).outcome == .queued, "class B is not folded")
        try test.close()
    }

    @Test("AUD-13: actors beyond the table share one window, so that memory and disk stay bounded")
    func overflow() throws {
        let test = try TestLog { $0.foldKeys = 10 }
        for index in 0..<1_000 { test.log.record(.denial("u\(index)")) }
        try test.close()
        let denials = test.directory.records.filter { $0["event"] == "msg.denied" }
        #expect(denials.count == 12)
        #expect(denials.compactMap { $0["count"]?.integerValue }.reduce(0, +) == 1_000)
        #expect(denials.last?["detail"]?.objectValue?["overflow"] == true && denials.last?["actor"] == nil)
    }

    @Test("AUD-13: 100,000 denials a second of one attacker write less than 1 MiB a second")
    func flood() throws {
        let test = try TestLog()
        let denial = AuditRecord.denial()
        for _ in 0..<30 {
            for _ in 0..<10_000 { test.log.record(denial) }
            test.clock.advance(.milliseconds(100))
            test.log.drive()
        }
        try test.close()
        let bytes = test.directory.segments.map { test.directory.read($0).count }.reduce(0, +)
        #expect(bytes < 3 << 20)
        let total = test.directory.records.filter { $0["event"] == "msg.denied" }.compactMap { $0["count"]?.integerValue }.reduce(0, +)
        #expect(total == 300_000)
    }
}
