import GatehouseAudit
import GatehouseJSON
import GatehouseTestSupport
import NIOConcurrencyHelpers
import Testing

@Suite("Checkpoints")
struct CheckpointTests {
    private static func key(_ byte: UInt8 = 1) throws -> AuditSigningKey {
        try AuditSigningKey(seed: Array(repeating: byte, count: 32), name: "gatehouse.audit/gw-1")
    }

    /// The definition of RFC 6962, section 2.1, as it is written there.
    private static func naiveRoot(_ lines: ArraySlice<String>) throws -> AuditHash {
        if lines.count <= 1 {
            var frontier = MerkleFrontier()
            if let only = lines.first { try frontier.append(Array(only.utf8)) }
            return try frontier.root()
        }
        var split = 1
        while split * 2 < lines.count { split *= 2 }
        let left = try naiveRoot(lines.prefix(split)).bytes
        let right = try naiveRoot(lines.dropFirst(split)).bytes
        return try AuditHash.sha256([1] + left + right)
    }

    @Test("AUD-22: the frontier gives the root of RFC 6962 for every size")
    func merkle() throws {
        let lines = (0..<130).map { "line \($0)" }
        var frontier = MerkleFrontier()
        // SHA-256 of nothing, and of a zero byte, by Python.
        #expect(try frontier.root().text == "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU")
        var empty = MerkleFrontier()
        try empty.append([])
        #expect(try empty.root().text == "bjQLnP-zepicpUTmu3gKLHiQHT-zNzh2hRGjBhevoB0")
        for (index, line) in lines.enumerated() {
            try frontier.append(Array(line.utf8))
            #expect(try frontier.root() == Self.naiveRoot(lines[...index]))
        }
    }

    private func checkpoints(_ directory: TestDirectory) -> [SignedCheckpoint] {
        SignedCheckpoint.read(String(decoding: directory.read("audit.checkpoints"), as: UTF8.self)).checkpoints
    }

    @Test("AUD-23: after so many records, 10 s, rotation, start and stop: written, signed, and sent to the second sink")
    func moments() throws {
        let sent = NIOLockedValueBox<[String]>([])
        let key = try Self.key()
        let directory = TestDirectory()
        for _ in 0..<2 {
            var checkpoints = AuditCheckpoints(key: key) { note in sent.withLockedValue { $0.append(note) } }
            #expect(checkpoints.records == 1_000)
            checkpoints.records = 100
            let chosen = checkpoints
            let test = try TestLog(directory) { $0.checkpoints = chosen }
            for port in 0..<100 { test.log.record(.opened(UInt16(port))) }
            test.log.drive()
            test.log.record(.opened())
            test.log.drive()
            test.clock.advance(.seconds(10))
            test.log.drive()
            test.log.rotate()
            test.log.record(.opened())
            test.log.drive()
            try test.close()
        }
        let found = checkpoints(directory)
        #expect(found.map(\.size) == [2, 102, 103, 106, 108, 208, 209, 212])
        #expect(found.map(\.note) == sent.withLockedValue { $0 })
        #expect(found.allSatisfy { $0.isSigned(by: key.verifier) })
        let lines = directory.lines
        for checkpoint in found { #expect(try checkpoint.root == Self.naiveRoot(lines[..<Int(checkpoint.size)])) }
        let report = try AuditVerifier().verify(directory: directory.log, key: key.verifier)
        #expect(report.verdict == .good && report.checkpoints == 8 && report.notes == [])
    }

    /// A log of two runs, with a checkpoint at the start and at the stop of each.
    private func makeLog(_ key: AuditSigningKey) throws -> TestDirectory {
        let directory = TestDirectory()
        for _ in 0..<2 {
            let test = try TestLog(directory) { $0.checkpoints = AuditCheckpoints(key: key) }
            for port in 0..<5 { test.log.record(.opened(UInt16(port))) }
            try test.close()
        }
        return directory
    }

    /// Changes one record and recomputes all hashes behind it, as the owner of the host can.
    private func rewrite(_ directory: TestDirectory) throws {
        var state = ChainState()
        for name in directory.segments {
            var out: [UInt8] = []
            for line in String(decoding: directory.read(name), as: UTF8.self).split(separator: "\n").map(String.init) {
                let body = Array(
                    line.replacing("\"port\":4,", with: "\"port\":9,").replacing("\"port\":4}", with: "\"port\":9}").utf8.dropLast(51))
                let hash = try RecordLine.chained(body, after: state.hash)
                state = ChainState(seq: state.seq + 1, hash: hash)
                out += body + Array(",\"h\":\"\(hash.text)\"}\n".utf8)
            }
            directory.write(out, to: name)
        }
    }

    @Test("AUD-26: a suffix rewritten with consistent hashes is found with a checkpoint that was kept elsewhere, and not without")
    func rewrittenSuffix() throws {
        let key = try Self.key()
        let directory = try makeLog(key)
        let kept = checkpoints(directory)
        try rewrite(directory)
        directory.delete("audit.checkpoints")
        let alone = try AuditVerifier().verify(directory: directory.log, key: key.verifier)
        #expect(alone.verdict == .good, "nothing on the host shows it")
        let report = try AuditVerifier().verify(directory: directory.log, key: key.verifier, external: kept)
        #expect(report.verdict == .tampered && report.finding?.seq == kept.dropFirst().first?.size)
        #expect(throws: AuditError.self, "the start sees its own checkpoints only") {
            directory.write(Array(kept.map(\.note).joined().utf8), to: "audit.checkpoints")
            directory.write(Array(directory.read(directory.segments[0]).prefix(400)), to: directory.segments[0])
            _ = try TestLog(directory) { $0.checkpoints = AuditCheckpoints(key: key) }
        }
    }

    @Test("AUD-23: a checkpoint replaced, changed or of another key is found", arguments: 0..<5)
    func badCheckpoints(_ change: Int) throws {
        let key = try Self.key()
        let directory = try makeLog(key)
        let other = try makeLog(try Self.key(2))
        let text = String(decoding: directory.read("audit.checkpoints"), as: UTF8.self)
        let first = try #require(checkpoints(directory).first)
        switch change {
        case 0: directory.write(other.read("audit.checkpoints"), to: "audit.checkpoints")
        case 1: directory.write(Array(text.replacing("\n\(first.size)\n", with: "\n\(first.size - 1)\n").utf8), to: "audit.checkpoints")
        case 2:
            directory.write(
                Array(text.replacing("frontier A", with: "frontier B").utf8) + Array("x\n— y z\n".utf8), to: "audit.checkpoints")
        case 3:
            let name = directory.segments[0]
            let whole = directory.read(name)
            let ends = whole.indices.filter { whole[$0] == 0x0A }
            directory.write(Array(whole[...ends[ends.count - 3]]), to: name)
        default:
            #expect(try AuditVerifier().verify(directory: directory.log, key: Self.key(2).verifier).verdict == .tampered)
            return
        }
        let report = try AuditVerifier().verify(directory: directory.log, key: key.verifier)
        #expect(report.verdict == .tampered)
        if change == 3 {
            let error = #expect(throws: AuditError.self) { try TestLog(directory) { $0.checkpoints = AuditCheckpoints(key: key) } }
            #expect(error?.code == .broken)
        }
    }

    @Test("AUD-23: a torn last note is cut off at the next start")
    func tornNote() throws {
        let key = try Self.key()
        let directory = try makeLog(key)
        directory.write(Array(directory.read("audit.checkpoints").dropLast(30)), to: "audit.checkpoints")
        #expect(try AuditVerifier().verify(directory: directory.log, key: key.verifier).verdict == .good)
        try TestLog(directory) { $0.checkpoints = AuditCheckpoints(key: key) }.close()
        let report = try AuditVerifier().verify(directory: directory.log, key: key.verifier)
        #expect(report.verdict == .good && report.notes == [] && report.checkpoints == 5)
    }

    @Test("AUD-23, AUD-12: a note that a full volume cut short is taken back, and the log verifies when there is space again")
    func noteOnFullVolume() throws {
        let key = try Self.key()
        for staysTorn in [false, true] {
            let files = FaultyFiles()
            let test = try TestLog(files: files) { $0.checkpoints = AuditCheckpoints(key: key) }
            test.log.record(.opened(1))
            test.log.drive()
            // The record fits, its checkpoint does not.
            test.log.record(.opened(2))
            test.clock.advance(.seconds(10))
            let line = try #require(test.directory.lines.last).utf8.count
            files.change { plan in
                plan.room = line + 41
                plan.truncateFails = staysTorn
            }
            test.log.drive()
            files.change { plan in
                plan.room = nil
                plan.truncateFails = false
            }
            test.log.record(.opened(3))
            test.clock.advance(.seconds(10))
            test.log.drive()
            try test.close()
            let report = try AuditVerifier().verify(directory: test.directory.log, key: key.verifier)
            #expect(report.verdict == .good && report.notes == [], "\(report)")
            #expect(checkpoints(test.directory).last?.size == report.records)
        }
    }

    @Test("AUD-23, AUD-26: a log that was removed is tampering where checkpoints say that it was", arguments: [true, false])
    func removedLog(_ isExternal: Bool) throws {
        let key = try Self.key()
        let directory = try makeLog(key)
        let kept = checkpoints(directory)
        for name in directory.segments { directory.delete(name) }
        if isExternal { directory.delete("audit.checkpoints") }
        let report = try AuditVerifier().verify(directory: directory.log, key: key.verifier, external: isExternal ? kept : [])
        #expect(report.verdict == .tampered && report.finding?.message.contains("removed") == true)
        let nowhere = try AuditVerifier().verify(directory: directory.path + "/none", key: key.verifier, external: kept)
        #expect(nowhere.verdict == .tampered)
        if isExternal { #expect(throws: AuditError.self) { try AuditVerifier().verify(directory: directory.log, key: key.verifier) } }
    }

    @Test("A verification key is read back from its text, and only whole")
    func keyText() throws {
        let key = try Self.key().verifier
        #expect(try AuditVerifierKey(key.description) == key)
        for bad in ["", "a+b+c", String(key.description.dropLast()), key.description.replacing("gw-1", with: "gw-2")] {
            #expect(throws: AuditError.self) { try AuditVerifierKey(bad) }
        }
        #expect(throws: AuditError.self) { try AuditSigningKey(seed: Array(repeating: 1, count: 32), name: "two words") }
    }
}
