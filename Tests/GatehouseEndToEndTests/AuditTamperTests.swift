import Foundation
import Testing

@Suite("The audit log of the built server", .serialized)
struct AuditTamperTests {
    /// A stopped server's directory, with a scenario's records in it.
    private func stopped() async throws -> ServerDirectory {
        let server = try await RunningServer(in: ServerDirectory())
        let client = try await server.run(Scenario("denials", "guards.py", "unnamed"))
        try #require(client.status == 0, "\(client.errors)\n\(server.output.text)")
        try #require(await server.stop() == 0, "\(server.output.text)")
        return server.directory
    }

    @Test("AUD: one changed byte makes verify fail and name the line", arguments: ["first", "middle", "last"])
    func changedByte(_ place: String) async throws {
        let directory = try await stopped()
        let before = try await directory.gatehouse("audit", "verify", "var/audit")
        #expect(before.status == 0, "\(before.account)")

        let trail = try AuditTrail(directory.audit)
        let index = ["first": 0, "middle": trail.lines.count / 2, "last": trail.lines.count - 1][place] ?? 0
        let line = trail.lines[index]
        try changeOneByte(of: line, in: directory.audit)

        let after = try await directory.gatehouse("audit", "verify", "var/audit")
        #expect(after.status == 1, "\(after.account)")
        #expect(
            (after.output + after.errors).contains("\(line.file):\(line.number)"), "due is \(line.file):\(line.number)\n\(after.account)")
    }

    @Test("AUD-23, AUD-26: an end that was cut off at a line, or a log that was removed, is tampering")
    func cutEnd() async throws {
        let directory = try await stopped()
        let whole = try await directory.gatehouse("audit", "verify", "var/audit", "--key", "var/audit/audit.pub")
        #expect(whole.status == 0 && !whole.output.contains("no key"), "\(whole.account)")
        let trail = try AuditTrail(directory.audit)
        let last = try #require(trail.lines.last)
        let file = directory.audit.appendingPathComponent(last.file)
        let lines = try Data(contentsOf: file).split(separator: UInt8(ascii: "\n"))
        let newline = [UInt8(ascii: "\n")]
        try (Data(lines.dropLast(2).map { Data($0) }.joined(separator: newline)) + newline).write(to: file)
        for arguments in [[], ["--key", "var/audit/audit.pub"]] {
            let cut = try await Command.run(
                try GatehouseBinary.path(), ["audit", "verify", "var/audit"] + arguments, in: directory.url)
            #expect(cut.status == 1 && (cut.output + cut.errors).contains("cut off"), "\(cut.account)")
        }
        let checkpoints = directory.audit.appendingPathComponent("audit.checkpoints")
        try FileManager.default.moveItem(at: checkpoints, to: directory.url.appendingPathComponent("kept"))
        try FileManager.default.removeItem(at: directory.audit)
        let gone = try await directory.gatehouse("audit", "verify", "var/audit", "--checkpoints", "kept")
        #expect(gone.status == 1, "\(gone.account)")
    }

    @Test("AUD-33: a log that was tampered with refuses the start")
    func refusesStart() async throws {
        let directory = try await stopped()
        let trail = try AuditTrail(directory.audit)
        try changeOneByte(of: trail.lines[trail.lines.count / 2], in: directory.audit)
        await #expect(throws: RunningServer.NotListening.self) { try await RunningServer(in: directory) }
    }

    @Test("AUD-33: after SIGKILL under load the server starts again, and the chain holds across the restart")
    func killed() async throws {
        let directory = try await ServerDirectory()
        let first = try await RunningServer(in: directory)
        let load = try await first.run(.killUnderLoad)
        #expect(load.status == 0, "\(load.errors)\n\(first.output.text)")
        #expect(await first.stop(nil) == -SIGKILL)
        let written = try lineCount(directory.audit)
        #expect(written > 50, "only \(written) lines before the kill: no load")

        let second = try await RunningServer(in: directory)
        let client = try await second.run(Scenario("as before", "chat.py", "exchange", "websocket"))
        #expect(client.status == 0, "\(client.errors)\n\(second.output.text)")
        #expect(await second.stop() == 0, "\(second.output.text)")

        let trail = try AuditTrail(directory.audit)
        #expect(trail.tornFiles.count <= 1, "\(trail.tornFiles)")
        let sequences = trail.lines.compactMap(\.sequence)
        #expect(sequences.count == trail.lines.count)
        let first0 = try #require(sequences.first)
        #expect(sequences == Array(first0..<(first0 + Int64(sequences.count))), "the numbers have a gap or a repeat")
        #expect(trail.lines.count { $0.event == "node.started" } == 2, "one start before and one after the kill")
        let verdict = try await directory.gatehouse("audit", "verify", "var/audit")
        #expect(verdict.status == 0, "\(verdict.account)")
    }

    private func lineCount(_ folder: URL) throws -> Int {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".jsonl") }
        return try names.reduce(0) { try $0 + Data(contentsOf: folder.appendingPathComponent($1)).count { $0 == UInt8(ascii: "\n") } }
    }

    /// Changes a digit of the time stamp, so that the line is still good JSON.
    private func changeOneByte(of line: AuditTrail.Line, in folder: URL) throws {
        let file = folder.appendingPathComponent(line.file)
        var lines = try Data(contentsOf: file).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { Data($0) }
        var bytes = lines[line.number - 1]
        let stamp = try #require(bytes.range(of: Data("\"ts\":\"".utf8)))
        bytes[stamp.upperBound] = bytes[stamp.upperBound] == UInt8(ascii: "2") ? UInt8(ascii: "3") : UInt8(ascii: "2")
        lines[line.number - 1] = bytes
        try Data(lines.joined(separator: [UInt8(ascii: "\n")])).write(to: file)
    }
}
