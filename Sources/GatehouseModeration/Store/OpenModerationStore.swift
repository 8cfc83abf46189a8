import GRDB
import Gatehouse
import GatehouseTokens

/// An open store and its one writer, a serial queue (MOD-51). A change is first in the file, durably, then in force; whoever is answered has
/// both behind him.
struct OpenModerationStore: Sendable {
    private let queue: DatabaseQueue
    private let revocations: CurrentRevocations
    /// Whose rank was remembered when it was opened.
    let staff: [StaffSighting]

    /// Opens or makes the file, checks it whole, and puts what it holds in force (MOD-52).
    init(_ place: ModerationStore.Place, _ runtime: ServerRuntime) throws {
        revocations = runtime.revocations
        queue = try Self.open(place)
        do {
            let (list, exclusions, staff) = try queue.inDatabase { database in
                (try RevocationTable.load(database), try ExclusionTable.load(database), try StaffTable.load(database))
            }
            self.staff = staff
            revocations.replace(with: list)
            for exclusion in exclusions { runtime.temporaryBans.ban(exclusion.user, until: exclusion.ends) }
        } catch {
            try? queue.close()
            throw Self.readable(error)
        }
    }

    func close() throws { try queue.close() }

    /// What the database says of one of its settings.
    func pragma(_ name: String) throws -> String? {
        try queue.inDatabase { try String.fetchOne($0, sql: "PRAGMA \(name)") }
    }

    /// Puts a revocation in force, for good.
    /// - Parameter now: milliseconds since 1970.
    /// - Returns: the revocations whose end was noticed on the way.
    /// - Throws: `RevocationError` or `ModerationStoreError`; then nothing of it is in force.
    func revoke(_ revocation: Revocation, now: Int64) async throws -> [Revocation] {
        try await write { database, revocations in
            var ended: [Revocation] = []
            if revocations.current.isFull { ended = try Self.removeEnded(database, revocations, now: now) }
            let list = try revocations.current.adding(revocation, now: now)
            let changes = revocations.current.changes(by: revocation, now: now)
            try database.inTransaction(.immediate) {
                for change in changes { try RevocationTable.put(change, database) }
                return .commit
            }
            revocations.replace(with: list)
            return ended
        }
    }

    /// Forgets what has ended.
    /// - Returns: the revocations that were forgotten.
    func removeEnded(now: Int64) async throws -> [Revocation] {
        try await write { database, revocations in
            try ExclusionTable.removeEnded(now: now, database)
            try StaffTable.removeOld(now: now, database)
            return try Self.removeEnded(database, revocations, now: now)
        }
    }

    /// Notes that users are kept out until `end`, in milliseconds since 1970.
    func exclude(_ users: [UserKey], until end: Int64) async throws {
        try await write { database, _ in
            try database.inTransaction(.immediate) {
                for user in users { try ExclusionTable.put(Exclusion(user: user, ends: end), database) }
                return .commit
            }
        }
    }

    /// Notes that a user was seen with a staff role.
    func note(_ sighting: StaffSighting) async throws {
        try await write { database, _ in
            try database.inTransaction(.immediate) {
                try StaffTable.put(sighting, database)
                return .commit
            }
        }
    }

    private static func removeEnded(_ database: Database, _ revocations: CurrentRevocations, now: Int64) throws -> [Revocation] {
        let (list, ended) = revocations.current.removingEnded(at: now)
        guard !ended.isEmpty else { return [] }
        try database.inTransaction(.immediate) {
            try RevocationTable.removeEnded(now: now, database)
            return .commit
        }
        revocations.replace(with: list)
        return ended
    }

    /// Runs `body` on the writer's queue. A task that is cancelled meanwhile does not undo it.
    private func write<Value: Sendable>(
        _ body: @escaping @Sendable (Database, CurrentRevocations) throws -> Value
    ) async throws -> Value {
        let revocations = revocations
        let result = await withCheckedContinuation { continuation in
            queue.asyncWriteWithoutTransaction { database in
                continuation.resume(returning: Result { try body(database, revocations) })
            }
        }
        do { return try result.get() } catch { throw Self.unwritten(error) }
    }

    // MARK: Opening

    private static func open(_ place: ModerationStore.Place) throws -> DatabaseQueue {
        var configuration = GRDB.Configuration()
        configuration.label = "gatehouse.moderation"
        do {
            guard case .file(let path) = place else {
                let queue = try DatabaseQueue(configuration: configuration)
                try queue.inDatabase { try ModerationSchema.create($0) }
                return queue
            }
            let file = ModerationFile(path: path)
            if try !file.isThere() {
                try file.make { draft in
                    let queue = try DatabaseQueue(path: draft, configuration: configuration)
                    try queue.inDatabase { try ModerationSchema.create($0) }
                    try queue.close()
                }
            }
            configuration.prepareDatabase { database in
                // Ours alone while it is open; every commit is on the disk before it is answered.
                try database.execute(sql: "PRAGMA locking_mode = EXCLUSIVE")
                try database.execute(sql: "PRAGMA journal_mode = WAL")
                try database.execute(sql: "PRAGMA synchronous = FULL")
                try database.execute(sql: "PRAGMA trusted_schema = OFF")
            }
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            do {
                try queue.inDatabase { try ModerationSchema.check($0) }
            } catch {
                try? queue.close()
                throw error
            }
            return queue
        } catch {
            throw readable(error)
        }
    }

    private static func readable(_ error: any Error) -> any Error {
        guard let error = error as? DatabaseError else { return error }
        switch error.resultCode {
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            return ModerationStoreError(.inUse, "another process has it open: stop the other server, or give each a file of its own")
        case .SQLITE_CORRUPT, .SQLITE_NOTADB:
            return ModerationStoreError(.damaged, "it is damaged: bring it back from a backup", cause: error)
        default:
            return ModerationStoreError(.file, "it cannot be opened or read", cause: error)
        }
    }

    private static func unwritten(_ error: any Error) -> any Error {
        guard error is DatabaseError else { return error }
        return ModerationStoreError(.notWritten, "the moderation store cannot be written", cause: error)
    }
}
