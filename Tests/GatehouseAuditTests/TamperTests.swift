import GatehouseAudit
import Testing

@Suite("Verification finds what was changed")
struct TamperTests {
    /// A small log of three files.
    static func makeLog() throws -> TestDirectory {
        let test = try TestLog()
        for _ in 0..<2 {
            for port in 1...3 { test.log.record(.opened(UInt16(port))) }
            test.log.rotate()
            test.log.drive()
        }
        test.log.record(.denial())
        try test.close()
        return test.directory
    }

    private func verify(_ directory: TestDirectory) throws -> AuditVerifier.Report {
        try AuditVerifier().verify(directory: directory.log)
    }

    @Test("AUD-20: every flipped bit of a log is found, and its line is named")
    func everyBit() throws {
        let test = try TestLog()
        try test.close()
        let name = try #require(test.directory.segments.first)
        let bytes = test.directory.read(name)
        var line = 1
        for index in bytes.indices {
            for bit in 0..<8 {
                var changed = bytes
                changed[index] ^= 1 << UInt8(bit)
                test.directory.write(changed, to: name)
                let report = try verify(test.directory)
                // Without its LF the last line is an unfinished one.
                let wanted: AuditVerifier.Verdict = index == bytes.count - 1 ? .tornTail : .tampered
                #expect(report.verdict == wanted, "byte \(index), bit \(bit)")
                #expect(report.finding?.line == line, "byte \(index), bit \(bit)")
                #expect(report.files == 1 && report.records == UInt64(line - 1), "byte \(index), bit \(bit)")
            }
            if bytes[index] == 0x0A { line += 1 }
        }
    }

    enum Change: CaseIterable {
        case delete, insert, swap, duplicate, deleteFirst, appendCopy
    }

    @Test("AUD-20: lines deleted, inserted, swapped, duplicated", arguments: Change.allCases)
    func lines(_ change: Change) throws {
        let directory = try Self.makeLog()
        let name = directory.segments[1]
        var lines = String(decoding: directory.read(name), as: UTF8.self).split(separator: "\n").map(String.init)
        let expected: Int
        switch change {
        case .delete: (_, expected) = (lines.remove(at: 1), 2)
        case .insert: (_, expected) = (lines.insert(directory.lines[1], at: 2), 3)
        case .swap: (_, expected) = (lines.swapAt(1, 2), 2)
        case .duplicate: (_, expected) = (lines.insert(lines[1], at: 2), 3)
        case .deleteFirst: (_, expected) = (lines.removeFirst(), 1)
        case .appendCopy: (_, expected) = (lines.append(lines[0]), lines.count)
        }
        directory.write(Array((lines.joined(separator: "\n") + "\n").utf8), to: name)
        let report = try verify(directory)
        #expect(report.verdict == .tampered)
        #expect(report.finding?.file == name && report.finding?.line == expected)
    }

    @Test("AUD-21: a missing, renamed, swapped or cut file is found", arguments: 0..<7)
    func files(_ change: Int) throws {
        let directory = try Self.makeLog()
        let names = directory.segments
        switch change {
        case 0: directory.delete(names[0])
        case 1: directory.delete(names[1])
        case 2: directory.rename(names[1], to: "audit-000000000009.jsonl")
        case 3:
            let (one, two) = (directory.read(names[1]), directory.read(names[2]))
            directory.write(two, to: names[1])
            directory.write(one, to: names[2])
        case 4: directory.write([], to: names[1])
        // Only its name tells that an empty last file does not belong here.
        case 5:
            directory.delete(names[1])
            directory.write([], to: names[2])
        default: directory.write(Array(directory.read(names[1]).prefix { $0 != 0x0A }) + [0x0A], to: names[1])
        }
        let report = try verify(directory)
        #expect(report.verdict == .tampered, "\(report)")
        #expect(report.finding != nil)
    }

    @Test("AUD-20: a log of another node, spliced in with consistent hashes, is found")
    func otherNode() throws {
        let directory = try Self.makeLog()
        var state = ChainState()
        for (index, name) in directory.segments.enumerated() {
            // Of a line that names none, as all but the first, nothing is replaced.
            let link = "\"prev_h\":\"\(state.hash.text)\""
            try directory.rewrite(name, from: &state) { _, line in
                let marked = index == 2 ? line.replacing("\"node\":\"gw-1\"", with: "\"node\":\"gw-2\"") : line
                return marked.replacing(#/"prev_h":"[^"]*"/#, with: link)
            }
        }
        let report = try verify(directory)
        #expect(report.verdict == .tampered && report.finding?.message.contains("another node") == true)
    }

    @Test("Single files verify from a trusted link, and say so")
    func trustedStart() throws {
        let directory = try Self.makeLog()
        let report = try AuditVerifier().verify(files: directory.segments.dropFirst().map { directory.log + "/" + $0 })
        #expect(report.verdict == .good && report.trusted.seq == 1 && report.notes.count == 1)
    }

    @Test("A directory without a log is an error, not a good log")
    func nothing() {
        #expect(throws: AuditError.self) { try AuditVerifier().verify(directory: "/tmp/gatehouse-audit-none") }
    }
}
