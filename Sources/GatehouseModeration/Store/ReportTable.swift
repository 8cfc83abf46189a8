import Foundation
import GRDB
import Gatehouse
import GatehouseAudit
import SocketIO

/// A report as the store has it.
struct KeptReport: Sendable {
    let report: UserReport
    /// Milliseconds since 1970.
    let at: Int64
    let status: UserReport.Status
    let outcome: UserReport.Outcome?
    /// Who looks into it, or has resolved it.
    let by: UserID?
    /// When staff did that, or else when it came in.
    let changed: Int64
    /// Why staff claimed or resolved it.
    let note: String?
}

/// The table `reports` (MOD-69). Reports are read when staff look, and not kept in memory.
enum ReportTable {
    /// The most in all. The reports that were resolved first make way; those that wait never do.
    static let capacity = 20_000
    /// The most of one reporter that wait for staff.
    static let waitingOfReporter = 20
    /// The most of one reporter, resolved ones too.
    static let ofReporter = 200

    private static let columns =
        "id, iss, sub, ns, room, message_id, user_iss, user_sub, reason, at, status, outcome, by_iss, by_sub, changed, note"

    /// - Throws: ``ModerationStoreError`` with `full` for a report that there is no room for.
    static func requireRoom(for reporter: UserID, _ database: Database) throws {
        let own = try Int.fetchOne(
            database, sql: "SELECT COUNT(*) FROM reports WHERE iss = ? AND sub = ? AND status <> 'resolved'",
            arguments: [reporter.iss.bytes, reporter.subject.bytes])
        guard (own ?? 0) < waitingOfReporter else {
            throw ModerationStoreError(.full, "\(waitingOfReporter) of your reports wait for staff: send more once these are seen to")
        }
        let waiting = try Int.fetchOne(database, sql: "SELECT COUNT(*) FROM reports WHERE status <> 'resolved'")
        guard (waiting ?? 0) < capacity else {
            throw ModerationStoreError(.full, "Too many reports wait for staff: try again later")
        }
    }

    static func apply(_ change: StateChange, _ origin: ActOrigin, _ database: Database) throws {
        switch change {
        case .report(let report): try put(report, origin, database)
        case .claimReport(let id): try set(id, .claimed, nil, origin, database)
        case .resolveReport(let id, let outcome): try set(id, .resolved, outcome, origin, database)
        case .reopenReport(let id): try set(id, .open, nil, origin, database)
        case .ban, .unban, .mute, .unmute, .lock, .slow, .revoke, .note, .removeNote: break
        }
    }

    private static func put(_ report: UserReport, _ origin: ActOrigin, _ database: Database) throws {
        // It comes again when a cluster's log is read back.
        guard try self.report(report.id, database) == nil else { return }
        try requireRoom(for: report.reporter, database)
        try database.cachedStatement(
            sql: """
                INSERT INTO reports (\(columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'open', NULL, NULL, NULL, ?, NULL)
                ON CONFLICT DO NOTHING
                """
        ).execute(arguments: [
            report.id.description, report.reporter.iss.bytes, report.reporter.subject.bytes, report.namespace.name, report.room?.bytes,
            report.messageID?.bytes, report.user?.iss.bytes, report.user?.subject.bytes, report.reason.bytes, origin.at, origin.at,
        ])
        try database.cachedStatement(
            sql: """
                DELETE FROM reports WHERE id IN (SELECT id FROM reports WHERE iss = ?1 AND sub = ?2 AND status = 'resolved'
                    ORDER BY changed, id LIMIT max(0, (SELECT COUNT(*) FROM reports WHERE iss = ?1 AND sub = ?2) - \(ofReporter)))
                """
        ).execute(arguments: [report.reporter.iss.bytes, report.reporter.subject.bytes])
        try database.cachedStatement(
            sql: """
                DELETE FROM reports WHERE id IN (SELECT id FROM reports WHERE status = 'resolved'
                    ORDER BY changed, id LIMIT max(0, (SELECT COUNT(*) FROM reports) - \(capacity)))
                """
        ).execute()
    }

    private static func set(
        _ id: ULID, _ status: UserReport.Status, _ outcome: UserReport.Outcome?, _ origin: ActOrigin, _ database: Database
    ) throws {
        let by = status == .open ? nil : origin.by
        try database.cachedStatement(
            sql: "UPDATE reports SET status = ?, outcome = ?, by_iss = ?, by_sub = ?, changed = ?, note = ? WHERE id = ?"
        ).execute(arguments: [
            status.rawValue, outcome?.rawValue, by?.iss.bytes, by?.subject.bytes, origin.at, by == nil ? nil : origin.reason.bytes,
            id.description,
        ])
    }

    static func report(_ id: ULID, _ database: Database) throws -> KeptReport? {
        try Row.fetchOne(database, sql: "SELECT \(columns) FROM reports WHERE id = ?", arguments: [id.description]).map(read)
    }

    /// The changes that lead to what is kept.
    static func all(_ database: Database) throws -> [KeptChange] {
        try Row.fetchAll(database, sql: "SELECT \(columns) FROM reports ORDER BY id").map(read).flatMap { kept in
            let report = kept.report
            let came = ActOrigin(request: report.id, by: report.reporter, at: kept.at, reason: report.reason)
            var changes = [KeptChange(change: .report(report), origin: came)]
            let seen = kept.by.map { ActOrigin(request: report.id, by: $0, at: kept.changed, reason: kept.note ?? "") }
            switch (kept.status, kept.outcome, seen) {
            case (.claimed, _, let seen?): changes.append(KeptChange(change: .claimReport(report.id), origin: seen))
            case (.resolved, let outcome?, let seen?):
                changes.append(KeptChange(change: .resolveReport(report.id, outcome), origin: seen))
            default: break
            }
            return changes
        }
    }

    /// Which reports are wanted. Every given member must hold.
    struct Filter: Sendable {
        /// `nil` for those that wait for staff.
        var status: UserReport.Status?
        var user: UserID?
        var reporter: UserID?
        var ns: String?
        var room: String?
        /// The rooms that the reader is confined to.
        var rooms: [String]?
    }

    /// The oldest first, after an id.
    static func list(_ filter: Filter, after: String, limit: Int, _ database: Database) throws -> [KeptReport] {
        var (conditions, arguments) = (["id > ?"], [after] as StatementArguments)
        if let status = filter.status {
            conditions.append("status = ?")
            arguments += [status.rawValue]
        } else {
            conditions.append("status <> 'resolved'")
        }
        for (names, user) in [("user_iss = ? AND user_sub = ?", filter.user), ("iss = ? AND sub = ?", filter.reporter)] {
            guard let user else { continue }
            conditions.append(names)
            arguments += [user.iss.bytes, user.subject.bytes]
        }
        if let ns = filter.ns {
            conditions.append("ns = ?")
            arguments += [ns]
        }
        if let room = filter.room {
            conditions.append("room = ?")
            arguments += [room.bytes]
        }
        if let rooms = filter.rooms {
            // A claim lists few rooms, and a token has a size.
            conditions.append("room IN (" + rooms.map { _ in "?" }.joined(separator: ", ") + ")")
            arguments += StatementArguments(rooms.map(\.bytes))
        }
        arguments += [limit]
        return try Row.fetchAll(
            database, sql: "SELECT \(columns) FROM reports WHERE \(conditions.joined(separator: " AND ")) ORDER BY id LIMIT ?",
            arguments: arguments
        ).map(read)
    }

    /// How many different people have reported a user since an instant. A dismissed report does not count, nor do several sessions of one
    /// person.
    /// - Parameter since: milliseconds since 1970; only later reports count.
    static func reporters(of user: UserID, in namespace: Namespace?, since: Int64, _ database: Database) throws -> Int {
        var arguments: StatementArguments = [user.iss.bytes, user.subject.bytes, since]
        if let namespace { arguments += [namespace.name] }
        return try Int.fetchOne(
            database,
            sql: """
                SELECT COUNT(*) FROM (SELECT DISTINCT iss, sub FROM reports WHERE user_iss = ? AND user_sub = ? AND at > ?
                    AND outcome IS NOT 'dismissed'\(namespace == nil ? "" : " AND ns = ?"))
                """, arguments: arguments) ?? 0
    }

    /// The same of a room.
    static func reporters(of place: RoomRestriction.Place, since: Int64, _ database: Database) throws -> Int {
        try Int.fetchOne(
            database,
            sql: """
                SELECT COUNT(*) FROM (SELECT DISTINCT iss, sub FROM reports WHERE ns = ? AND room = ? AND at > ?
                    AND outcome IS NOT 'dismissed')
                """, arguments: [place.namespace.name, place.room.bytes, since]) ?? 0
    }

    private static func read(_ row: Row) throws -> KeptReport {
        func text(_ column: String) throws -> String? { row[column] as Data? == nil ? nil : try row.text(column) }
        func user(_ iss: String, _ sub: String) throws -> UserID? {
            guard let iss = try text(iss), let sub = try text(sub) else { return nil }
            return UserID(iss: iss, subject: sub)
        }
        let outcome = (row["outcome"] as String?)
        guard let id = ULID(try row.decode(String.self, forColumn: "id")),
            let namespace = Namespace(try row.decode(String.self, forColumn: "ns")),
            let status = UserReport.Status(rawValue: try row.decode(String.self, forColumn: "status")),
            outcome == nil || outcome.flatMap({ UserReport.Outcome(rawValue: $0) }) != nil
        else { throw ModerationStoreError(.damaged, "a row of reports is invalid: restore the file from a backup") }
        let report = UserReport(
            id: id, reporter: UserID(iss: try row.text("iss"), subject: try row.text("sub")), namespace: namespace,
            room: try text("room"), messageID: try text("message_id"), user: try user("user_iss", "user_sub"),
            reason: try row.text("reason"))
        return KeptReport(
            report: report, at: try row.decode(Int64.self, forColumn: "at"), status: status,
            outcome: outcome.flatMap { UserReport.Outcome(rawValue: $0) }, by: try user("by_iss", "by_sub"),
            changed: try row.decode(Int64.self, forColumn: "changed"), note: try text("note"))
    }
}
