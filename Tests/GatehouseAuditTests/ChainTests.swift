import GatehouseAudit
import GatehouseJSON
import Testing

@Suite("The chain of records")
struct ChainTests {
    @Test("AUD-20: a hash covers the domain, the hash before and the bytes of the line")
    func golden() throws {
        // Computed with Python's hashlib from the text of the requirement.
        var previous = AuditHash.zero
        let bodies = [#"{"v":1,"seq":1,"event":"a""#, #"{"v":1,"seq":2,"event":"b""#, #"{"v":1,"seq":3,"event":"ü \" ,\"h\":""#]
        let golden = [
            "NQyOQPZoiYeRNxijgL0A7_udeOjd_i81gzRgQdL2cDA", "DVhznnL5buBiZfj5cZTTixm_t1b3c15OQwFu3OHtQds",
            "FSy70VapRo5znfE5EGyeIPi2GEURk78JRRwS5GFFRgE",
        ]
        for (body, expected) in zip(bodies, golden) {
            previous = try RecordLine.chained(Array(body.utf8), after: previous)
            #expect(previous.text == expected)
        }
    }

    @Test("AUD-02, AUD-20: what the log writes is numbered from 1 and verifies, over restarts too")
    func restarts() throws {
        let directory = TestDirectory()
        for _ in 0..<3 {
            let test = try TestLog(directory)
            for port in 1...5 { test.log.record(.opened(UInt16(port))) }
            try test.close()
        }
        let records = directory.records
        #expect(records.compactMap { $0["seq"] } == (1...Int64(records.count)).map { JSONValue.integer($0) })
        #expect(directory.events.filter { $0 == "audit.started" }.count == 3)
        #expect(directory.events.filter { $0 == "conn.opened" }.count == 15)
        #expect(Set(records.compactMap { $0["boot"]?.stringValue }).count == 3)
        let report = try AuditVerifier().verify(directory: directory.log)
        #expect(report.verdict == .good && report.records == UInt64(records.count) && report.files == 1)
    }

    @Test("AUD-02, R26: a wall clock set back an hour changes ts and nothing else")
    func clockSetBack() throws {
        let test = try TestLog()
        test.log.record(.opened())
        test.log.drive()
        test.clock.setBack(.seconds(3_600))
        test.clock.advance(.milliseconds(5))
        test.log.record(.opened())
        try test.close()
        let records = test.directory.records.filter { $0["event"] == "conn.opened" }
        #expect(records.first?["ts"] == "2026-11-22T20:27:35.123456Z" && records.last?["ts"] == "2026-11-22T19:27:35.128456Z")
        let mono = test.directory.records.compactMap { record -> Int64? in
            if case .integer(let mono)? = record["mono"] { mono } else { nil }
        }
        #expect(mono == mono.sorted() && mono.last == 5_000_000)
    }

    @Test("AUD-05: the decision id of a record is in the file once")
    func decisionID() throws {
        let test = try TestLog()
        let id = ULIDGenerator.shared.next()
        #expect(test.log.record(.denial(id: id)) == AuditAdmission(outcome: .queued, decision: id))
        try test.close()
        #expect(test.directory.lines.filter { $0.contains("\"id\":\"\(id)\"") }.count == 1)
    }
}
