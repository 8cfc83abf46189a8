import GRDB
import Gatehouse
import GatehouseAudit
import GatehouseTokens
import NIOConcurrencyHelpers

/// The store as one of several that have the same contents (CLU-22).
///
/// An act takes effect where it is made at once, and everywhere in the order of the shared log: whoever made it reads it back from there,
/// between the acts of others. What is not read back yet is put on top of what is, so that the end is the same on all nodes, and an act
/// that was made last here never seems undone in between.
extension OpenModerationStore {
    /// What came of reading some entries.
    struct Taking: Sendable {
        /// The acts of other nodes that are new here.
        var acts: [(node: String, act: SharedAct)] = []
        var sightings: [StaffSighting] = []
        var tokens: [StaffToken] = []
        /// Entries that no node has written, by reason.
        var faults: [String] = []
        /// Changes that have no room here.
        var unfit = 0
    }

    func place() async throws -> SharedPlace { try await read { try SharedPlace.load($0) } }

    /// Adds an entry without a change of this store.
    func share(_ draft: SharedOutbox.Draft) async throws {
        try await write { database, _ in
            try database.inTransaction(.immediate) {
                try SharedOutbox.add(draft, database)
                return .commit
            }
        }
    }

    /// The next entry to send.
    func unsent() async throws -> SharedOutbox.Entry? { try await read { try SharedOutbox.unsent($0) } }

    func markSent(_ number: Int64) async throws { try await write { database, _ in try SharedOutbox.markSent(number, database) } }

    /// The number of the last entry that was added.
    func lastShared() async throws -> Int64 { try await read { try SharedOutbox.last($0) } }

    func hasUnread() async throws -> Bool { try await read { try !SharedOutbox.isEmpty($0) } }

    /// Takes entries of the log: their changes and the place behind them are durable together.
    func take(_ lines: [SharedLogLine], as own: String, now: Int64) async throws -> Taking {
        var taking = Taking()
        var part: [SharedLogLine] = []
        for line in lines {
            part.append(line)
            // A revocation is made from the one before it, so it begins from what is in force.
            guard line.entry?.text.contains("\"revoke\"") == true else { continue }
            try await takePart(part, own, now, &taking)
            part = []
        }
        if !part.isEmpty { try await takePart(part, own, now, &taking) }
        return taking
    }

    private func takePart(_ lines: [SharedLogLine], _ own: String, _ now: Int64, _ taking: inout Taking) async throws {
        let store = self
        let part = try await write { database, _ in
            var part = Taking()
            try store.commit(now, &part, database) { part in
                var changes: [KeptChange] = []
                for line in lines { changes += try store.take(line, own, &part, database) }
                if let last = lines.last { try SharedPlace.move(to: last.position, database) }
                return changes
            }
            return part
        }
        taking.acts += part.acts
        taking.sightings += part.sightings
        taking.tokens += part.tokens
        taking.faults += part.faults
        taking.unfit += part.unfit
    }

    /// - Returns: the changes of one entry; none if it was taken before.
    private func take(_ line: SharedLogLine, _ own: String, _ taking: inout Taking, _ database: Database) throws -> [KeptChange] {
        guard let entry = line.entry else {
            taking.faults.append(line.fault ?? "form")
            return []
        }
        guard let body = SharedBody(entry.text) else {
            taking.faults.append("text")
            return []
        }
        guard try SharedPlace.note(entry.origin, entry.number, database) else { return [] }
        let isOwn = entry.origin == own
        if isOwn { try SharedOutbox.remove(upTo: entry.number, database) }
        switch body {
        case .act(let act):
            if !isOwn {
                taking.acts.append((entry.node, act))
                try RequestTable.putIfNew(act.request, database)
                if let undone = act.undone { try RequestTable.markUndone(undone, by: act.request.id, database) }
            }
            return act.changes
        case .staff(let sightings, let tokens):
            for sighting in sightings { try StaffTable.put(sighting, database) }
            for token in tokens { try StaffTokenTable.put(token, database) }
            taking.sightings += sightings
            taking.tokens += tokens
            return []
        case .state(let changes): return changes
        case .origins:
            // Only a snapshot has them.
            taking.faults.append("kind")
            return []
        }
    }

    /// Makes the changes that `body` gives, with what waits to be read back on top: durable, then in force.
    private func commit(
        _ now: Int64, _ taking: inout Taking, _ database: Database, replacing: Bool = false,
        _ body: (inout Taking) throws -> [KeptChange]
    ) throws {
        var state = replacing ? ModerationState() : kept.withLockedValue { $0 }
        var quota = quota.withLockedValue { $0 }
        var revoked: [[Revocation]] = []
        try database.inTransaction(.immediate) {
            if replacing { for table in KeptTable.allCases { try database.execute(sql: "DELETE FROM \(table.rawValue)") } }
            var changes = try body(&taking)
            for waiting in try SharedOutbox.all(database) {
                // Revocations are in force already, and only grow stronger.
                if case .act(let act)? = SharedBody(waiting.text) { changes += act.changes.filter { !$0.change.isRevocation } }
            }
            for one in changes {
                if case .revoke(let revocation) = one.change {
                    guard let all = try? take(revocation, &quota, now: now) else {
                        taking.unfit += 1
                        continue
                    }
                    for change in all { try RevocationTable.put(change, database) }
                    revoked.append(all)
                    continue
                }
                guard state.hasRoom(for: one.change) else {
                    taking.unfit += 1
                    continue
                }
                state.apply(one.change, one.origin)
                try KeptTable.apply(one.change, one.origin, database)
                try NoteTable.apply(one.change, one.origin, database)
                do {
                    try ReportTable.apply(one.change, one.origin, database)
                } catch let error as ModerationStoreError where error.code == .full {
                    taking.unfit += 1
                }
            }
            return .commit
        }
        for changes in revoked { try revocations.put(changes) }
        self.quota.withLockedValue { $0 = quota }
        kept.withLockedValue { $0 = state }
        restrictions.replace(with: state.inForce)
    }

    private func take(_ revocation: Revocation, _ quota: inout RevocationQuota, now: Int64) throws -> [Revocation] {
        let changes = try revocations.changes(by: revocation, now: now)
        for change in changes.new { try quota.take(change) }
        return changes.all
    }

    // MARK: Joining

    /// Joins a log that this store has not read yet, or that has lost entries: tells the others what is kept here, and takes the snapshot.
    /// - Parameter replacing: whether the snapshot takes the place of what is kept here, since removals were missed.
    /// - Returns: the place where reading begins.
    func join(_ name: String, _ snapshot: SharedSnapshot?, replacing: Bool, own: String, now: Int64) async throws -> Taking {
        let store = self
        return try await write { database, _ in
            var taking = Taking()
            if !replacing { try store.tell(now, database) }
            try store.commit(now, &taking, database, replacing: replacing) { taking in
                var changes: [KeptChange] = []
                for part in snapshot?.parts ?? [] {
                    switch SharedBody(part) {
                    case .state(let some): changes += some
                    case .staff(let sightings, let tokens):
                        for sighting in sightings { try StaffTable.put(sighting, database) }
                        for token in tokens { try StaffTokenTable.put(token, database) }
                        taking.sightings += sightings
                        taking.tokens += tokens
                    case .origins(let origins): for one in origins { _ = try SharedPlace.note(one.origin, one.number, database) }
                    case .act, nil: taking.faults.append("snapshot")
                    }
                }
                try SharedPlace.join(name, at: snapshot?.position, database)
                return changes
            }
            return taking
        }
    }

    /// Puts all that is kept into the outbox.
    private func tell(_ now: Int64, _ database: Database) throws {
        try database.inTransaction(.immediate) {
            try SharedOutbox.markAllUnsent(database)
            for body in try bodies(now, database) { try SharedOutbox.add(SharedOutbox.Draft(text: body.text, now: now), database) }
            return .commit
        }
    }

    /// All that is kept, in parts of bounded size.
    private func bodies(_ now: Int64, _ database: Database) throws -> [SharedBody] {
        var changes = kept.withLockedValue { $0 }.all
        for revocation in revocations.revocations { changes.append(KeptChange(revocation, now: now)) }
        changes += try NoteTable.all(database)
        changes += try ReportTable.all(database)
        let (sightings, tokens) = (try StaffTable.load(database), try StaffTokenTable.load(database))
        return changes.parts(of: 100).map { .state($0) } + sightings.parts(of: 200).map { .staff($0, []) }
            + tokens.parts(of: 200).map { .staff([], $0) }
    }

    /// A snapshot of what all entries up to this store's place have led to; `nil` while entries of its own wait to be read back.
    func snapshot(now: Int64) async throws -> SharedSnapshot? {
        let store = self
        return try await read { database in
            guard try SharedOutbox.isEmpty(database), let position = try SharedPlace.load(database).position else { return nil }
            let origins = try SharedPlace.origins(database)
            let bodies = try store.bodies(now, database) + origins.parts(of: 500).map { SharedBody.origins($0) }
            return SharedSnapshot(position: position, parts: bodies.map(\.text))
        }
    }
}

extension StateChange {
    fileprivate var isRevocation: Bool { if case .revoke = self { true } else { false } }
}

extension KeptChange {
    /// A revocation; the store has no more of its origin than its owner.
    fileprivate init(_ revocation: Revocation, now: Int64) {
        let owner = revocation.owner
        self.init(
            change: .revoke(revocation),
            origin: ActOrigin(
                request: ULIDGenerator.shared.next(), by: UserID(iss: owner?.iss ?? "", subject: owner?.sub ?? ""), at: now, reason: ""))
    }
}

extension Array {
    fileprivate func parts(of size: Int) -> [[Element]] {
        stride(from: 0, to: count, by: size).map { Array(self[$0..<Swift.min($0 + size, count)]) }
    }
}
