import Foundation
import GRDB
import GatehouseAudit
import GatehouseJSON
import GatehouseTestSupport
import GatehouseTesting
import NIOConcurrencyHelpers
import NIOCore
import Testing

@testable import Gatehouse
@testable import GatehouseModeration

@Suite("The store is rebuilt from the audit log")
struct RebuildTests {
    /// `GATEHOUSE_ACTS=10000` is the full form, and `GATEHOUSE_SEED` another run.
    private static let acts = ProcessInfo.processInfo.environment["GATEHOUSE_ACTS"].flatMap { Int($0) } ?? 400
    private static let seed = ProcessInfo.processInfo.environment["GATEHOUSE_SEED"].flatMap { UInt64($0) } ?? 20_261_130

    /// Tables that the log tells of whole, and in which order their rows are compared. Staff and their tokens are noted as they come, and are
    /// not acts; `number` only counts.
    private static let tables: [(name: String, columns: String)] = [
        ("revocations", "*"), ("bans", "*"), ("mutes", "*"), ("rooms", "*"), ("notes", "*"), ("reports", "*"), ("approvals", "*"),
        (
            "requests",
            "iss, sub, event, id, payload, changes, reverse, answer, seq, at, target_iss, target_sub, ns, room, undone, pending"
        ),
    ]

    private static func dump(_ database: Database) throws -> [String: [String]] {
        try Dictionary(
            uniqueKeysWithValues: tables.map { table in
                let rows = try Row.fetchAll(database, sql: "SELECT \(table.columns) FROM \(table.name)")
                return (
                    table.name,
                    rows.map { row in
                        row.map { name, value in
                            let data = value.storage.value as? Data
                            return "\(name): \(data.map { String(decoding: $0, as: UTF8.self) } ?? value.description)"
                        }.joined(separator: ", ")
                    }.sorted()
                )
            })
    }

    /// A server with a store in a file, and what is rebuilt of it.
    private func compare(
        _ body: (TestServer) async throws -> Void, expecting: (ModerationRebuild.Report) -> Void = { _ in }
    ) async throws {
        let scratch = try TestDirectory()
        defer { scratch.remove() }
        let store = ModerationStore.file(scratch.path("live.sqlite"))
        try await ActScript.with(store: store) { server in
            try await body(server)
            try await server.runtime.audit.flush()
            let now = server.clock.wallMilliseconds
            let open = try #require(store.opened)
            _ = try await open.removeEnded(now: now)
            _ = try await open.removeEndedRestrictions(now: now)
            try await open.change { try $0.execute(sql: "DELETE FROM approvals WHERE ends <= ?", arguments: [now]) }
            let live = try await open.read { try Self.dump($0) }
            let path = scratch.path("again.sqlite")
            let log = server.runtime.audit.directory
            let clock = ContinuousClock.now
            let report = try await ModerationRebuild(fromAudit: log, key: nil, into: path, now: now).run()
            print("rebuilt \(report.acts) acts from \(report.records) records in \(ContinuousClock.now - clock)")
            expecting(report)
            let queue = try DatabaseQueue(path: path)
            let again = try await queue.read { try Self.dump($0) }
            try queue.close()
            for (name, rows) in live {
                let (missing, surplus) = (Set(rows).subtracting(again[name] ?? []), Set(again[name] ?? []).subtracting(rows))
                #expect(
                    missing.isEmpty && surplus.isEmpty,
                    "\(name): \(missing.sorted().prefix(2).joined()), and there is \(surplus.sorted().prefix(2).joined())")
            }
            await #expect(throws: ModerationStoreError.self) {
                try await ModerationRebuild(fromAudit: log, key: nil, into: path, now: now).run()
            }
        }
    }

    @Test("MOD-53: after a random run of acts, several at a time, what is rebuilt is what was there, table by table")
    func property() async throws {
        try await compare { server in
            var random = SeededRandom(seed: Self.seed)
            let run = ActRun(server)
            try await run.begin()
            var left = Self.acts
            while left > 0 {
                let several = min(left, 8)
                left -= several
                let drawn = (0..<several).map { run.draw($0, &random) }
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for act in drawn { group.addTask { try await run.make(act) } }
                    try await group.waitForAll()
                }
                if Int.random(in: 0..<10, using: &random) == 0 {
                    server.clock.advance(.seconds(Int64.random(in: 1...120, using: &random)))
                }
            }
            #expect(run.done.withLockedValue { $0 } > Self.acts / 4)
        } expecting: { report in
            #expect(report.lostTokens == 0 && report.notes.isEmpty, "\(report)")
        }
    }

    @Test("MOD-53: a token that was revoked by its jti cannot be rebuilt, and that is said; everything else is")
    func tokens() async throws {
        let scratch = try TestDirectory()
        defer { scratch.remove() }
        try await ActScript.with { server in
            let admin = try await ActScript.staff(server, "boss", "admin")
            try await ActScript.act(admin, "token.revoke", ["jti": "j1"])
            try await ActScript.act(admin, "token.revoke", ["user": ActScript.user("alice")])
            try await server.runtime.audit.flush()
            let path = scratch.path("again.sqlite")
            let report = try await ModerationRebuild(
                fromAudit: server.runtime.audit.directory, key: nil, into: path, now: server.clock.wallMilliseconds
            ).run()
            #expect(report.lostTokens == 1 && report.lostAnswers == 1 && report.acts == 2)
            let queue = try DatabaseQueue(path: path)
            #expect(try await queue.read { try String.fetchAll($0, sql: "SELECT kind FROM revocations") } == ["user"])
            try queue.close()
        }
    }

    @Test("MOD-53: nothing is made of a log that was tampered with")
    func tampered() async throws {
        let scratch = try TestDirectory()
        defer { scratch.remove() }
        try await ActScript.with { server in
            let admin = try await ActScript.staff(server, "boss", "admin")
            try await ActScript.act(admin, "user.mute", ["user": ActScript.user("alice"), "duration_s": 60])
            try await server.runtime.audit.stop()
            let log = server.runtime.audit.directory
            let name = try #require(try FileManager.default.contentsOfDirectory(atPath: log).first { $0.hasSuffix(".jsonl") })
            let text = try String(contentsOfFile: log + "/" + name, encoding: .utf8)
            try text.replacing("\"sub\":\"alice\"", with: "\"sub\":\"carol\"").write(
                toFile: log + "/" + name, atomically: false, encoding: .utf8)
            let path = scratch.path("again.sqlite")
            await #expect(throws: AuditError.self) {
                try await ModerationRebuild(fromAudit: log, key: nil, into: path, now: 0).run()
            }
            #expect(!FileManager.default.fileExists(atPath: path) && !FileManager.default.fileExists(atPath: path + ".rebuilt"))
        }
    }
}
