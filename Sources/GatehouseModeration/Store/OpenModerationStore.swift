import GRDB
import Gatehouse
import GatehouseAudit
import GatehouseFiles
import GatehouseTokens
import NIOConcurrencyHelpers

/// An open store and its one writer, a serial queue (MOD-51). A change is durable in the file first, then in force; the answer comes after
/// both.
struct OpenModerationStore: Sendable {
    let queue: DatabaseQueue
    let revocations: CurrentRevocations
    let restrictions: CurrentRestrictions
    /// The restrictions that are kept. Changed on the queue.
    let kept: NIOLockedValueBox<ModerationState>
    /// The shares of revocations in use. Changed on the queue.
    let quota: NIOLockedValueBox<RevocationQuota>
    /// The ranks that were remembered when it was opened.
    let staff: [StaffSighting]
    /// The tokens that were remembered.
    let tokens: [StaffToken]

    /// Opens or creates the file, checks all of it, and puts its contents in force (MOD-52).
    init(_ place: ModerationStore.Place, _ runtime: ServerRuntime) throws {
        try self.init(try Self.open(place), runtime.revocations, runtime.restrictions)
    }

    /// Opens a file that nobody uses yet, and that is whole once all is in it: it is not waited for the disk meanwhile.
    init(draft path: String) throws {
        let queue = try DatabaseQueue(path: path, configuration: Self.configuration)
        do {
            try queue.inDatabase { database in
                try database.execute(sql: "PRAGMA synchronous = OFF")
                try ModerationSchema.create(database)
            }
        } catch {
            try? queue.close()
            throw error
        }
        try self.init(queue, CurrentRevocations(), CurrentRestrictions())
    }

    private init(_ queue: DatabaseQueue, _ revocations: CurrentRevocations, _ restrictions: CurrentRestrictions) throws {
        self.queue = queue
        self.revocations = revocations
        self.restrictions = restrictions
        do {
            let (list, state, staff, tokens) = try queue.inDatabase { database in
                try ExclusionTable.makeBans(database)
                return (
                    try RevocationTable.load(database), try KeptTable.load(database), try StaffTable.load(database),
                    try StaffTokenTable.load(database)
                )
            }
            self.staff = staff
            self.tokens = tokens
            kept = NIOLockedValueBox(state)
            quota = NIOLockedValueBox(RevocationQuota(list.revocations))
            revocations.replace(with: list)
            restrictions.replace(with: state.inForce)
        } catch {
            try? queue.close()
            throw Self.readable(error)
        }
    }

    func close() throws { try queue.close() }

    /// The value of one of the database's settings.
    func pragma(_ name: String) throws -> String? {
        try queue.inDatabase { try String.fetchOne($0, sql: "PRAGMA \(name)") }
    }

    /// Puts a revocation in force, durably.
    /// - Parameter now: milliseconds since 1970.
    /// - Returns: the revocations whose end was noticed on the way.
    /// - Throws: `RevocationError` or `ModerationStoreError`; then nothing of it is in force.
    func revoke(_ revocation: Revocation, now: Int64) async throws -> [Revocation] {
        try await make([.revoke(revocation)], nil, nil, now: now).ended
    }

    /// What was kept of an act.
    struct Made: Sendable {
        /// The revocations whose end was noticed on the way.
        var ended: [Revocation] = []
        /// The place of the act among all that were kept, where there was a request.
        var order: Int64?
    }

    /// Makes the changes of an act, together with the request that asks for them: all of it is durable and then in force, or nothing is.
    /// - Parameter now: milliseconds since 1970.
    /// - Throws: `RevocationError` or `ModerationStoreError`; then nothing of it is in force.
    func make(
        _ changes: [StateChange], _ origin: ActOrigin?, _ request: KeptRequest?, undoing former: KeptRequest? = nil,
        sharing entry: SharedOutbox.Draft? = nil, now: Int64
    ) async throws -> Made {
        let (quota, kept, restrictions) = (quota, kept, restrictions)
        return try await write { database, revocations in
            var made = Made()
            var after: (revocations: [[Revocation]], quota: RevocationQuota)?
            for case .revoke(let revocation) in changes {
                let free = after?.quota ?? quota.withLockedValue { $0 }
                if revocations.isFull || !free.hasRoom(for: revocation) {
                    made.ended += try Self.removeEnded(database, revocations, quota, now: now)
                }
                let changes = try revocations.changes(by: revocation, now: now)
                var next = after ?? ([], quota.withLockedValue { $0 })
                for change in changes.new { try next.quota.take(change) }
                next.revocations.append(changes.all)
                after = next
            }
            var state = kept.withLockedValue { $0 }
            // Here, where nothing else is kept meanwhile: what takes it back is what holds at this moment.
            var request = request
            request?.reverse = state.reverse(of: changes, now: now)
            let isRestriction = changes.contains { $0.isRestriction }
            if let origin, isRestriction {
                for change in changes {
                    guard state.hasRoom(for: change) else {
                        throw ModerationStoreError(
                            .full, "\(ModerationState.capacity) of these are in force, and there is no room for another")
                    }
                    state.apply(change, origin)
                }
            }
            try database.inTransaction(.immediate) {
                for change in (after?.revocations ?? []).flatMap(\.self) { try RevocationTable.put(change, database) }
                if let origin {
                    for change in changes {
                        try KeptTable.apply(change, origin, database)
                        try NoteTable.apply(change, origin, database)
                        try ReportTable.apply(change, origin, database)
                    }
                }
                if let request { made.order = try RequestTable.put(request, database) }
                if let former, let request { try RequestTable.markUndone(former.key, by: request.id, database) }
                if let entry { try SharedOutbox.add(entry, database) }
                return .commit
            }
            if let after {
                for changes in after.revocations { try revocations.put(changes) }
                quota.withLockedValue { $0 = after.quota }
            }
            if isRestriction {
                kept.withLockedValue { $0 = state }
                restrictions.replace(with: state.inForce)
            }
            return made
        }
    }

    /// What is kept of restrictions.
    var state: ModerationState { kept.withLockedValue { $0 } }

    /// Writes a request's whole answer.
    func keep(_ request: KeptRequest) async throws {
        try await write { database, _ in _ = try RequestTable.put(request, database) }
    }

    /// A request that was made; `nil` if it was not.
    func request(of actor: UserID, _ event: String, _ id: ULID) async throws -> KeptRequest? {
        try await write { database, _ in try RequestTable.request(of: actor, event, id, database) }
    }

    /// Reads on the writer's queue.
    func read<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        try await write { database, _ in try body(database) }
    }

    /// Reads at the start, when nothing else happens. Blocks on the disk.
    func readNow<Value>(_ body: (Database) throws -> Value) throws -> Value { try queue.inDatabase(body) }

    /// Changes what waits for approval.
    func change(_ approvals: @escaping @Sendable (Database) throws -> Void) async throws {
        try await write { database, _ in
            try database.inTransaction(.immediate) {
                try approvals(database)
                return .commit
            }
        }
    }

    /// Removes restrictions that have ended: they have had no effect since their end.
    /// - Returns: them, as they were kept.
    func removeEndedRestrictions(now: Int64) async throws -> [(change: StateChange, origin: ActOrigin?)] {
        let (kept, restrictions) = (kept, restrictions)
        return try await write { database, _ in
            var state = kept.withLockedValue { $0 }
            let ended = state.ended(by: now)
            guard !ended.isEmpty else { return [] }
            let origins = ended.map { state.origin(of: $0) }
            // An origin is written with what begins, not with what ends.
            let none = ActOrigin(request: ULIDGenerator.shared.next(), by: UserID(iss: "", subject: ""), at: now, reason: "")
            try database.inTransaction(.immediate) {
                for change in ended { try KeptTable.apply(change, none, database) }
                return .commit
            }
            for change in ended { state.apply(change, none) }
            kept.withLockedValue { $0 = state }
            restrictions.replace(with: state.inForce)
            return Array(zip(ended, origins))
        }
    }

    /// Forgets what has ended.
    /// - Returns: the revocations that were forgotten.
    func removeEnded(now: Int64) async throws -> [Revocation] {
        let quota = quota
        return try await write { database, revocations in
            try RequestTable.removeOld(now: now, database)
            try StaffTable.removeOld(now: now, database)
            try StaffTokenTable.removeEnded(now: now, database)
            try SharedPlace.removeOldOrigins(database)
            return try Self.removeEnded(database, revocations, quota, now: now)
        }
    }

    /// Notes that a user was seen with a staff role, and with which token.
    func note(_ sighting: StaffSighting?, _ token: StaffToken? = nil) async throws {
        try await write { database, _ in
            try database.inTransaction(.immediate) {
                if let sighting { try StaffTable.put(sighting, database) }
                if let token { try StaffTokenTable.put(token, database) }
                return .commit
            }
        }
    }

    private static func removeEnded(
        _ database: Database, _ revocations: CurrentRevocations, _ quota: NIOLockedValueBox<RevocationQuota>, now: Int64
    ) throws -> [Revocation] {
        try database.inTransaction(.immediate) {
            try RevocationTable.removeEnded(now: now, database)
            return .commit
        }
        let ended = revocations.removeEnded(at: now)
        quota.withLockedValue { quota in for one in ended { quota.giveBack(one) } }
        return ended
    }

    /// Runs `body` on the writer's queue. A task that is cancelled meanwhile does not undo it.
    func write<Value: Sendable>(
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

    static func makeIfMissing(_ file: ModerationFile) throws {
        guard try !file.isThere() else { return }
        do {
            try file.make { draft in
                let queue = try DatabaseQueue(path: draft, configuration: configuration)
                try queue.inDatabase { try ModerationSchema.create($0) }
                try queue.close()
            }
        } catch {
            throw readable(error)
        }
    }

    /// Whether a database that is there has anything in it.
    static func holdsSomething(_ place: ModerationStore.Place) throws -> Bool {
        let queue = try open(place)
        defer { try? queue.close() }
        return try queue.inDatabase { database in
            try ["revocations", "exclusions", "staff", "bans", "mutes", "rooms", "notes", "reports"].contains { table in
                try Bool.fetchOne(database, sql: "SELECT EXISTS (SELECT 1 FROM \(table))") == true
            }
        }
    }

    private static var configuration: GRDB.Configuration {
        var configuration = GRDB.Configuration()
        configuration.label = "gatehouse.moderation"
        return configuration
    }

    private static func open(_ place: ModerationStore.Place) throws -> DatabaseQueue {
        var configuration = configuration
        do {
            guard case .file(let path) = place else {
                let queue = try DatabaseQueue(configuration: configuration)
                try queue.inDatabase { try ModerationSchema.create($0) }
                return queue
            }
            let file = ModerationFile(path: path)
            try makeIfMissing(file)
            configuration.prepareDatabase { database in
                // Exclusive while it is open; every commit is on the disk before the answer.
                try database.execute(sql: "PRAGMA locking_mode = EXCLUSIVE")
                try database.execute(sql: "PRAGMA journal_mode = WAL")
                try database.execute(sql: "PRAGMA synchronous = FULL")
                try database.execute(sql: "PRAGMA trusted_schema = OFF")
            }
            let judged = file.identity
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            do {
                // Checked and opened by the same descriptor.
                guard let judged, let opened = file.identity, opened.isSameFile(as: judged) else {
                    throw ModerationStoreError(.file, "\(path) was replaced while it was opened: start again")
                }
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
