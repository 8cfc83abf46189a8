import Foundation
import GRDB
import GatehouseTokens
import Testing

@testable import Gatehouse
@testable import GatehouseModeration

@Suite("The file of moderation")
struct ModerationStoreTests {
    private static let iss = "https://idp.example"
    private static let subjects: [Revocation.Subject] = [
        .token(iss: iss, jti: "j\u{0}1"), .user(iss: iss, sub: "e\u{301}", issuedBefore: 5),
        .user(iss: iss, sub: "\u{E9}", issuedBefore: 6),
        .reauthentication(iss: iss, sub: "bob", issuedBefore: 7, by: 8),
    ]

    /// Runs `body` with a server whose only purpose is to have a store opened for it.
    private func with(_ body: (ServerRuntime, TestDirectory, String) async throws -> Void) async throws {
        try await TestServer.with(PendingMount(ScriptGateway<Root>())) { server in
            try await body(server.runtime, server.directory, server.directory.path("moderation.sqlite"))
        }
    }

    private func fill(_ path: String, _ runtime: ServerRuntime) async throws {
        let store = try OpenModerationStore(.file(path), runtime)
        for subject in Self.subjects { _ = try await store.revoke(Revocation(subject, until: .max), now: 0) }
        try store.close()
    }

    private func refusal(_ path: String, _ runtime: ServerRuntime) -> String {
        let error = #expect(throws: StartError.self) { try ModerationStore.file(path).open(for: runtime) }
        #expect(error?.code == .moderation && error?.description.contains(path) == true)
        return error?.description ?? ""
    }

    @Test("MOD-50: the file is its owner's alone, writes ahead, waits for the disk, and tells its version")
    func properties() async throws {
        try await with { runtime, directory, path in
            let store = try OpenModerationStore(.file(path), runtime)
            for name in [path, path + "-wal"] {
                let mode = try FileManager.default.attributesOfItem(atPath: name)[.posixPermissions] as? Int
                #expect(mode == 0o600, "\(name)")
            }
            #expect(try store.pragma("journal_mode") == "wal" && store.pragma("synchronous") == "2")
            try store.close()
            let queue = try DatabaseQueue(path: path)
            #expect(try queue.read { try Int.fetchAll($0, sql: "SELECT schema_version FROM meta") } == [ModerationSchema.version])
            try queue.close()
        }
    }

    @Test("MOD-52: what was written is there again, byte for byte, and in force")
    func reopened() async throws {
        try await with { runtime, _, path in
            try await fill(path, runtime)
            runtime.revocations.replace(with: RevocationList())
            let store = ModerationStore.file(path)
            try store.open(for: runtime)
            let found = runtime.revocations.revocations.map { "\($0.subject)" }.sorted()
            #expect(found == Self.subjects.map { "\($0)" }.sorted())
            try store.close()
        }
    }

    @Test("SEC-17, MOD-52: a token that a user.reauth ended stays ended after another one and a restart")
    func reauthenticatedTwice() async throws {
        try await with { runtime, _, path in
            let store = try OpenModerationStore(.file(path), runtime)
            let token = TokenIdentity(iss: Self.iss, sub: "bob", jti: nil, iat: 6)
            func ask(_ instant: Int64, by: Int64) -> Revocation {
                Revocation(.reauthentication(iss: Self.iss, sub: "bob", issuedBefore: instant, by: by), until: .max)
            }
            _ = try await store.revoke(ask(7, by: 60_000), now: 7_000)
            _ = try await store.revoke(ask(3_600, by: 90_000_000), now: 3_600_000)
            #expect(runtime.revocations.verdict(on: token, now: 3_600_000) == .revoked)
            try store.close()
            runtime.revocations.replace(with: RevocationList())
            let again = try OpenModerationStore(.file(path), runtime)
            #expect(runtime.revocations.verdict(on: token, now: 3_600_000) == .revoked)
            try again.close()
        }
    }

    @Test("MOD-52: a full list is read at start in the time of one pass", .timeLimit(.minutes(1)))
    func manyRows() async throws {
        try await with { runtime, _, path in
            try OpenModerationStore(.file(path), runtime).close()
            let queue = try DatabaseQueue(path: path)
            try await queue.write { database in
                for number in 0..<RevocationList.capacity {
                    try RevocationTable.put(Revocation(.token(iss: Self.iss, jti: "j\(number)"), until: .max), database)
                }
            }
            try queue.close()
            let store = try OpenModerationStore(.file(path), runtime)
            #expect(runtime.revocations.isFull)
            try store.close()
        }
    }

    @Test("MOD-20, MOD-50: who was staff is remembered over a restart, each rank with its latest time, and forgotten after a day")
    func staff() async throws {
        try await with { runtime, _, path in
            let (alice, bob) = (UserID(iss: Self.iss, subject: "alice"), UserID(iss: Self.iss, subject: "e\u{301}\u{0}"))
            let hour: Int64 = 3_600_000
            let store = try OpenModerationStore(.file(path), runtime)
            let sightings = [
                StaffSighting(user: alice, rank: .admin, seen: 2 * hour), StaffSighting(user: alice, rank: .viewer, seen: 30 * hour),
                StaffSighting(user: bob, rank: .moderator, seen: 5 * hour),
            ]
            for sighting in sightings { try await store.note(sighting) }
            try await store.note(StaffSighting(user: alice, rank: .admin, seen: hour))
            try store.close()

            let gateway = AdminGateway(store: .file(path))
            try gateway.open(for: runtime)
            func order(_ list: [StaffSighting]) -> [StaffSighting] { list.sorted { $0.seen < $1.seen } }
            #expect(order(gateway.store.opened?.staff ?? []) == order(sightings))
            #expect(gateway.staff.rank(of: alice, now: 25 * hour) == .admin && gateway.staff.rank(of: alice, now: 31 * hour) == .viewer)
            _ = try await gateway.store.opened?.removeEnded(now: 29 * hour)
            try gateway.close()
            let later = try OpenModerationStore(.file(path), runtime)
            #expect(later.staff == [sightings[1]])
            try later.close()
        }
    }

    @Test("MOD-50: a file of the first version gets what is new, and keeps what it has")
    func upgrade() async throws {
        try await with { runtime, _, path in
            try await fill(path, runtime)
            let queue = try DatabaseQueue(path: path)
            try await queue.writeWithoutTransaction { database in
                for column in ["owner_iss", "owner_sub", "owner_admin"] {
                    try database.execute(sql: "ALTER TABLE revocations DROP COLUMN \(column)")
                }
                try database.execute(
                    sql:
                        "DROP TABLE staff; DROP TABLE staff_tokens; DROP TABLE bans; DROP TABLE mutes; DROP TABLE rooms; DROP TABLE notes; DROP TABLE requests; DROP TABLE approvals; DROP TABLE reports; DROP TABLE shared_log; DROP TABLE shared_origins; DROP TABLE shared_outbox; INSERT INTO exclusions VALUES (x'69', x'62', 9000000000000); UPDATE meta SET schema_version = 1"
                )
            }
            try queue.close()
            runtime.revocations.replace(with: RevocationList())
            let store = try OpenModerationStore(.file(path), runtime)
            try await store.note(StaffSighting(user: UserID(iss: Self.iss, subject: "alice"), rank: .viewer, seen: 1))
            #expect(runtime.revocations.count == Self.subjects.count)
            // Whoever was kicked for a time is banned for the rest of it.
            #expect(store.state.bans.values.map(\.value.subject) == [.user(UserID(iss: "i", subject: "b"))])
            #expect(runtime.restrictions.current.ban(of: UserID(iss: "i", subject: "b"), now: 8_000_000_000_000) != nil)
            try store.close()
        }
    }

    @Test("MOD-51: a change that the file refuses is not in force either")
    func failedWrite() async throws {
        try await with { runtime, _, path in
            let store = try OpenModerationStore(.file(path), runtime)
            try store.close()
            await #expect(throws: (any Error).self) {
                try await store.revoke(Revocation(.token(iss: Self.iss, jti: "j"), until: .max), now: 0)
            }
            #expect(runtime.revocations.count == 0)
        }
    }

    enum Damage: CaseIterable {
        case empty, text, truncated, flipped, otherProgram, newer, noVersion, nonsense, lostBesideLog, mode, directory, missingDirectory
    }

    @Test("MOD-52: a file that is damaged, newer, foreign or open to others refuses the start, in one line", arguments: Damage.allCases)
    func damaged(_ damage: Damage) async throws {
        try await with { runtime, directory, path in
            try await fill(path, runtime)
            runtime.revocations.replace(with: RevocationList())
            func edit(_ sql: String) throws {
                let queue = try DatabaseQueue(path: path)
                try queue.writeWithoutTransaction { try $0.execute(sql: sql) }
                try queue.close()
            }
            var bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
            func write(_ bytes: [UInt8]) throws {
                let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
                try handle.truncate(atOffset: 0)
                try handle.write(contentsOf: Data(bytes))
                try handle.close()
            }
            let expected: String
            switch damage {
            case .empty:
                try write([])
                expected = "is empty"
            case .text:
                try write(Array(String(repeating: "not a database\n", count: 500).utf8))
                expected = "damaged"
            case .truncated:
                try write(Array(bytes.prefix(bytes.count / 2)))
                expected = "damaged"
            case .flipped:
                for index in 4_096..<bytes.count { bytes[index] ^= 0xFF }
                try write(bytes)
                expected = "damaged"
            case .otherProgram:
                try edit("PRAGMA application_id = 1")
                expected = "not a moderation store"
            case .newer:
                try edit("UPDATE meta SET schema_version = 99")
                expected = "a later Gatehouse wrote it"
            case .noVersion:
                try edit("DELETE FROM meta")
                expected = "version"
            case .nonsense:
                try edit("UPDATE revocations SET name = x'FF' WHERE kind = 'token'")
                expected = "what is not text"
            case .lostBesideLog:
                try FileManager.default.moveItem(atPath: path, toPath: path + "-wal")
                expected = "bring back both"
            case .mode:
                try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
                expected = "chmod 600"
            case .directory:
                try FileManager.default.removeItem(atPath: path)
                try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
                expected = "not a regular file"
            case .missingDirectory:
                let error = refusal(directory.path("nowhere/moderation.sqlite"), runtime)
                #expect(error.contains("cannot be made"), "\(error)")
                return
            }
            let error = refusal(path, runtime)
            #expect(error.contains(expected) && !error.contains("\n"), "\(error)")
            #expect(runtime.revocations.count == 0)
        }
    }

    @Test("MOD-50: a file is one server's at a time")
    func inUse() async throws {
        try await with { runtime, _, path in
            let first = ModerationStore.file(path)
            try first.open(for: runtime)
            #expect(refusal(path, runtime).contains("another process has it open"))
            try first.close()
            try first.open(for: runtime)
            try first.close()
        }
    }

    @Test("MOD-52: a first start that was cut off before the file was complete is a first start again")
    func draft() async throws {
        try await with { runtime, _, path in
            try Data("half".utf8).write(to: URL(fileURLWithPath: path + ".new"))
            let store = try OpenModerationStore(.file(path), runtime)
            try store.close()
            #expect(!FileManager.default.fileExists(atPath: path + ".new"))
        }
    }

    @Test("MOD-34: what has ended is no longer in the file")
    func forgotten() async throws {
        try await with { runtime, _, path in
            let store = try OpenModerationStore(.file(path), runtime)
            for (name, end) in [("a", Int64(10)), ("b", 20)] {
                _ = try await store.revoke(Revocation(.token(iss: Self.iss, jti: name), until: end), now: 0)
            }
            let ended = try await store.removeEnded(now: 10)
            #expect(ended == [Revocation(.token(iss: Self.iss, jti: "a"), until: 10)])
            try store.close()
            let queue = try DatabaseQueue(path: path)
            let counts = try await queue.read { database in
                try Int.fetchOne(database, sql: "SELECT count(*) FROM revocations")
            }
            #expect(counts == 1)
            try queue.close()
        }
    }
}
