import GatehouseAudit
import GatehouseJSON
import GatehouseTestSupport
import Glibc
import Testing

@Suite("Recovery at start")
struct RecoveryTests {
    @Test("AUD-33: cut at every byte of its last two lines, a log starts again; the torn end is set aside and recorded")
    func everyTruncation() throws {
        let test = try TestLog()
        test.log.record(.opened(1))
        test.log.record(.opened(2))
        try test.close()
        let name = try #require(test.directory.segments.first)
        let whole = test.directory.read(name)
        let ends = whole.indices.filter { whole[$0] == 0x0A }.map { $0 + 1 }
        for size in ends[ends.count - 3]...whole.count {
            let directory = TestDirectory()
            try SystemFiles().makeDirectory(directory.log)
            directory.write(Array(whole.prefix(size)), to: name)
            let kept = ends.last { $0 <= size } ?? 0
            let again = try TestLog(directory)
            try again.close()
            #expect(directory.events.contains("audit.recovered") == (kept != size), "cut at \(size)")
            #expect(directory.read(name).prefix(kept).elementsEqual(whole.prefix(kept)))
            if kept != size {
                #expect(directory.read(name + ".torn").elementsEqual(whole[kept..<size]))
                let record = try #require(directory.records.first { $0["event"] == "audit.recovered" })
                #expect(record["detail"]?.objectValue?["torn_bytes"]?.integerValue == Int64(size - kept))
            }
        }
    }

    @Test("AUD-33: a start that was killed before it recorded the torn end leaves that to the next")
    func killedRecovery() throws {
        let test = try TestLog()
        try test.close()
        let name = try #require(test.directory.segments.first)
        test.directory.write(Array("{\"v\":1,\"se".utf8), to: name + ".torn.new")
        test.directory.write(test.directory.read(name) + Array("{".utf8), to: name)
        try TestLog(test.directory).close()
        let records = test.directory.records.filter { $0["event"] == "audit.recovered" }
        #expect(records.map { $0["detail"]?.objectValue?["torn_bytes"] } == [1, 10])
        #expect(test.directory.names.filter { $0.contains("torn") } == [name + ".2.torn", name + ".torn"])
    }

    @Test("AUD-33: a last line with a wrong hash is set aside too")
    func wrongLastHash() throws {
        let test = try TestLog()
        test.log.record(.opened(1))
        try test.close()
        let name = try #require(test.directory.segments.first)
        var bytes = test.directory.read(name)
        bytes[bytes.count - 10] ^= 1
        test.directory.write(bytes, to: name)
        try TestLog(test.directory).close()
        #expect(test.directory.events == ["audit.started", "conn.opened", "audit.recovered", "audit.started", "audit.stopped"])
    }

    @Test("AUD-33: a wrong hash elsewhere refuses the start and names the place; accepting it is recorded")
    func brokenInside() throws {
        let test = try TestLog()
        for port in 1...5 { test.log.record(.opened(UInt16(port))) }
        try test.close()
        let name = try #require(test.directory.segments.first)
        let text = String(decoding: test.directory.read(name), as: UTF8.self)
        test.directory.write(Array(text.replacing("\"port\":2", with: "\"port\":9").utf8), to: name)

        let error = #expect(throws: AuditError.self) { try TestLog(test.directory) }
        #expect(error?.code == .broken && error?.message.contains("\(name):3:") == true)

        let accepted = try TestLog(test.directory) { $0.acceptsBrokenLog = true }
        accepted.log.record(.opened(7))
        accepted.log.stop { _ in }
        let events = test.directory.events
        #expect(events.suffix(4) == ["audit.recovered", "audit.started", "conn.opened", "audit.stopped"])
        let report = try AuditVerifier().verify(directory: test.directory.log)
        #expect(report.verdict == .tampered && report.finding?.line == 3)
    }

    @Test(
        "AUD-11, AUD-33: a log whose last file was begun after a failed sync starts, whatever the suspect file ends with",
        arguments: [0, 1])
    func behindFailedSync(_ torn: Int) throws {
        let test = try TestLog.leavingSuspectFile()
        let old = try #require(test.directory.segments.first)
        if torn > 0 { test.directory.write(Array(test.directory.read(old).dropLast(9)), to: old) }
        let again = try TestLog(test.directory)
        again.log.record(.opened(5))
        again.log.stop { #expect($0 == nil) }
        #expect(test.directory.events.suffix(3) == ["audit.started", "conn.opened", "audit.stopped"])
        #expect(try AuditVerifier().verify(directory: test.directory.log).verdict == .good)
    }

    @Test("AUD-33: a torn end longer than any record is set aside as any other; inside of a file it is a fault that can be accepted")
    func longGarbage() throws {
        let test = try TestLog()
        test.log.record(.opened(1))
        try test.close()
        let name = try #require(test.directory.segments.first)
        let garbage = [UInt8](repeating: UInt8(ascii: "x"), count: 400_000)
        test.directory.write(test.directory.read(name) + garbage, to: name)
        #expect(try AuditVerifier().verify(directory: test.directory.log).verdict == .tornTail)
        try TestLog(test.directory).close()
        #expect(test.directory.read(name + ".torn").count == garbage.count)

        let lines = test.directory.lines
        let broken = Array((lines[0] + "\n").utf8) + garbage + Array(("\n" + lines.dropFirst().joined(separator: "\n") + "\n").utf8)
        test.directory.write(broken, to: name)
        let error = #expect(throws: AuditError.self) { try TestLog(test.directory) }
        #expect(error?.code == .broken && error?.message.contains("\(name):2:") == true, "\(String(describing: error))")
        let accepted = try TestLog(test.directory) { $0.acceptsBrokenLog = true }
        accepted.log.stop { #expect($0 == nil) }
        #expect(test.directory.events.suffix(3) == ["audit.recovered", "audit.started", "audit.stopped"])
    }

    @Test("AUD-33: a file that cannot end the log before the last one refuses the start, and can be accepted")
    func brokenBefore() throws {
        let test = try TestLog()
        test.log.rotate()
        test.log.drive()
        try test.close()
        let names = test.directory.segments
        #expect(names.count == 2)
        test.directory.write(Array("no record\n".utf8), to: names[0])
        let error = #expect(throws: AuditError.self) { try TestLog(test.directory) }
        #expect(error?.code == .broken && error?.message.contains("--accept-broken-audit") == true)
        let accepted = try TestLog(test.directory) { $0.acceptsBrokenLog = true }
        accepted.log.stop { #expect($0 == nil) }
        #expect(test.directory.events.suffix(3) == ["audit.recovered", "audit.started", "audit.stopped"])
    }

    @Test("AUD-33: an empty last file, as a crash at rotation leaves it, is used")
    func emptyLastFile() throws {
        let test = try TestLog()
        test.log.record(.opened(1))
        try test.close()
        test.directory.write([], to: "audit-000000000004.jsonl")
        let again = try TestLog(test.directory)
        again.log.record(.opened(2))
        try again.close()
        #expect(test.directory.events.suffix(4) == ["audit.rotated", "audit.started", "conn.opened", "audit.stopped"])
        #expect(test.directory.segments.count == 2)
    }

    @Test(
        "AUD-33: a last file without a record that its name does not place behind the others refuses the start, and can be accepted",
        arguments: ["audit-000000000009.jsonl", "audit-000000000002.jsonl"], ["", "{\"v\":1,\"seq\"", "no record\n"])
    func misplacedEmptyFile(name: String, text: String) throws {
        let test = try TestLog()
        test.log.record(.opened(1))
        try test.close()
        test.directory.write(Array(text.utf8), to: name)
        #expect(try AuditVerifier().verify(directory: test.directory.log).verdict != .good)
        let error = #expect(throws: AuditError.self) { try TestLog(test.directory) }
        #expect(error?.code == .broken && error?.message.contains("\(name): it holds no good record, and record 4 comes next") == true)
        #expect(test.directory.read(name) == Array(text.utf8), "evidence is kept as it was")
        let accepted = try TestLog(test.directory) { $0.acceptsBrokenLog = true }
        accepted.log.stop { #expect($0 == nil) }
        #expect(test.directory.events.suffix(2) == ["audit.started", "audit.stopped"])
        #expect(test.directory.segments == ["audit-000000000001.jsonl", "audit-000000000004.jsonl"])
        #expect(text.isEmpty || test.directory.read(name + ".torn") == Array(text.utf8))
        // It was told, and all is well again.
        try TestLog(test.directory).close()
    }

    @Test("AUD-33: after a failed sync an empty file may be named after a record that is there: unfinished, not tampered with")
    func emptyFileAfterFailedSync() throws {
        let test = try TestLog()
        test.log.record(.opened(1))
        try test.close()
        test.directory.write([], to: "audit-000000000002.jsonl")
        #expect(try AuditVerifier().verify(directory: test.directory.log).verdict == .tornTail)
        test.directory.rename("audit-000000000002.jsonl", to: "audit-000000000005.jsonl")
        #expect(try AuditVerifier().verify(directory: test.directory.log).verdict == .tampered)
    }

    @Test("AUD-33: a whole first line that contradicts the file before it is no torn end, even alone")
    func contradictingLink() throws {
        let test = try TestLog()
        test.log.record(.opened(1))
        test.log.rotate()
        test.log.drive()
        try test.close()
        let names = test.directory.segments
        let only = test.directory.read(names[1]).prefix { $0 != 0x0A } + [0x0A]
        test.directory.write(Array(only), to: names[1])
        // Its last record is another, with a hash that is right.
        var state = ChainState()
        let last = test.directory.read(names[0]).count { $0 == 0x0A } - 1
        try test.directory.rewrite(names[0], from: &state) { index, line in
            index == last ? line.replacing("\"mono\":", with: "\"mono\":1") : line
        }
        let error = #expect(throws: AuditError.self) { try TestLog(test.directory) }
        #expect(error?.code == .broken && error?.message.contains("\(names[1]):1: the link to the file before does not fit it") == true)
        #expect(test.directory.read(names[1]) == Array(only))
    }

    @Test("AUD-33: an empty last file without the file before it refuses the start, and is no beginning of another log")
    func emptyFileAlone() throws {
        let test = try TestLog()
        try test.close()
        test.directory.delete(test.directory.segments[0])
        test.directory.write([], to: "audit-000000000009.jsonl")
        let error = #expect(throws: AuditError.self) { try TestLog(test.directory) }
        #expect(error?.code == .broken && error?.message.contains("the file before it is missing") == true)
        let accepted = try TestLog(test.directory) { $0.acceptsBrokenLog = true }
        accepted.log.stop { #expect($0 == nil) }
        #expect(test.directory.records.first?["seq"]?.integerValue == 9)
        try TestLog(test.directory).log.stop { #expect($0 == nil) }
    }

    @Test("A log belongs to one node")
    func otherNode() throws {
        let test = try TestLog()
        try test.close()
        let error = #expect(throws: AuditError.self) { try TestLog(test.directory) { $0.node = "gw-2" } }
        #expect(error?.code == .setting)
    }

    @Test("AUD-30: a second writer is refused, and may start when the first is gone")
    func secondWriter() throws {
        let first = try TestLog()
        let error = #expect(throws: AuditError.self) { try TestLog(first.directory) }
        #expect(error?.code == .locked)
        try first.close()
        try TestLog(first.directory).close()
    }

    @Test("AUD-30, SEC-33: files are 0640 in a 0750 directory; an open directory is refused")
    func modes() throws {
        let test = try TestLog { $0.reserveBytes = 4_096 }
        try test.close()
        let files = SystemFiles()
        #expect(try files.status(at: test.directory.log).permissions == 0o750)
        for name in test.directory.names { #expect(try files.status(at: test.directory.log + "/" + name).permissions == 0o640) }
        for mode in [0o755, 0o777, 0o751] as [mode_t] {
            _ = unsafe chmod(test.directory.log, mode)
            let error = #expect(throws: AuditError.self) { try TestLog(test.directory) }
            #expect(error?.code == .setting && error?.message.contains("chmod 750") == true)
        }
        _ = unsafe chmod(test.directory.log, 0o700)
        try TestLog(test.directory).close()
    }

    @Test("AUD-30: a symbolic link in the place of a segment is not followed")
    func symbolicLink() throws {
        let test = try TestLog()
        try test.close()
        let name = try #require(test.directory.segments.first)
        test.directory.rename(name, to: "elsewhere")
        _ = unsafe symlink("elsewhere", test.directory.log + "/" + name)
        let error = #expect(throws: AuditError.self) { try TestLog(test.directory) }
        #expect(error?.code == .io)
    }
}
