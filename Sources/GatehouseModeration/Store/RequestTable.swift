import Foundation
import GRDB
import Gatehouse
import GatehouseAudit
import GatehouseJSON

/// A request of staff that was made, as the store remembers it: for its repeat (MOD-61), for taking it back, and for the history of users.
struct KeptRequest: Sendable {
    var actor: UserID
    /// The verb.
    var event: String
    var id: ULID
    /// The act's payload in JSON.
    var payload: String
    var changes: [StateChange]
    /// What takes the changes back.
    var reverse: [StateChange]
    /// The answer as far as it is known: whole once the effect is over.
    var answer: JSONObject
    /// The number of its result in the audit log.
    var seq: UInt64?
    /// Milliseconds since 1970.
    var at: Int64
    var target: AuditTarget
    /// The `request_id` of the act that took it back.
    var undone: String?
    /// Whether its effect on sessions is still to come, or its process ended in between.
    var isPending = false

    /// What tells a request from all others.
    struct Key: Sendable, Equatable {
        var actor: UserID
        var event: String
        var id: ULID
    }

    var key: Key { Key(actor: actor, event: event, id: id) }
}

/// The table `requests`.
enum RequestTable {
    /// How many are kept, and how long: more than the 24 hours of MOD-10, since staff look back further.
    static let capacity = 50_000
    static let span: Int64 = 90 * 86_400_000

    private static let columns =
        "iss, sub, event, id, payload, changes, reverse, answer, seq, at, target_iss, target_sub, ns, room, undone, pending"

    /// - Returns: the row's number: those that are kept later have a greater one.
    @discardableResult
    static func put(_ request: KeptRequest, _ database: Database) throws -> Int64? {
        try Int64.fetchOne(
            try database.cachedStatement(
                sql: """
                    INSERT INTO requests (\(columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    ON CONFLICT (iss, sub, event, id) DO UPDATE SET answer = excluded.answer, seq = excluded.seq, pending = excluded.pending
                    RETURNING number
                    """
            ),
            arguments: [
                request.actor.iss.bytes, request.actor.subject.bytes, request.event, request.id.description, request.payload,
                JSONValue.array(request.changes.map(\.json)).serialized, JSONValue.array(request.reverse.map(\.json)).serialized,
                JSONValue.object(request.answer).serialized,
                request.seq.map { Int64(clamping: $0) }, request.at, request.target.issuer?.bytes, request.target.subject?.bytes,
                request.target.namespace, request.target.room?.bytes, request.undone, request.isPending,
            ])
    }

    static func request(of actor: UserID, _ event: String, _ id: ULID, _ database: Database) throws -> KeptRequest? {
        try Row.fetchOne(
            database, sql: "SELECT \(columns) FROM requests WHERE iss = ? AND sub = ? AND event = ? AND id = ?",
            arguments: [actor.iss.bytes, actor.subject.bytes, event, id.description]
        ).map(read)
    }

    /// The row's number.
    static func number(of actor: UserID, _ event: String, _ id: ULID, _ database: Database) throws -> Int64? {
        try Int64.fetchOne(
            database, sql: "SELECT number FROM requests WHERE iss = ? AND sub = ? AND event = ? AND id = ?",
            arguments: [actor.iss.bytes, actor.subject.bytes, event, id.description])
    }

    static func request(seq: Int64, _ database: Database) throws -> KeptRequest? {
        try Row.fetchOne(database, sql: "SELECT \(columns) FROM requests WHERE seq = ? ORDER BY number DESC LIMIT 1", arguments: [seq]).map(
            read)
    }

    /// The latest first; before a number, if there is one.
    /// - Parameter rooms: only acts upon one of these; `nil` for all.
    static func list(
        upon user: UserID?, by actor: UserID?, event: String?, in rooms: [String]? = nil, before: Int64?, limit: Int, _ database: Database
    ) throws -> [(number: Int64, request: KeptRequest)] {
        var conditions: [String] = []
        var arguments: StatementArguments = []
        if let user {
            conditions.append("target_iss = ? AND target_sub = ?")
            arguments += [user.iss.bytes, user.subject.bytes]
        }
        if let actor {
            conditions.append("iss = ? AND sub = ?")
            arguments += [actor.iss.bytes, actor.subject.bytes]
        }
        if let event {
            conditions.append("event = ?")
            arguments += [event]
        }
        if let rooms {
            conditions.append("room IN (" + rooms.map { _ in "?" }.joined(separator: ", ") + ")")
            arguments += StatementArguments(rooms.map(\.bytes))
        }
        if let before {
            conditions.append("number < ?")
            arguments += [before]
        }
        let filter = conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND ")
        arguments += [limit]
        return try Row.fetchAll(
            database, sql: "SELECT number, \(columns) FROM requests \(filter) ORDER BY number DESC LIMIT ?", arguments: arguments
        ).map { (try $0.decode(Int64.self, forColumn: "number"), try read($0)) }
    }

    /// Keeps a request that another node has made. What is known of it here stays.
    static func putIfNew(_ request: KeptRequest, _ database: Database) throws {
        guard try self.request(of: request.actor, request.event, request.id, database) == nil else { return }
        try put(request, database)
    }

    static func markUndone(_ request: KeptRequest.Key, by id: ULID, _ database: Database) throws {
        try database.cachedStatement(
            sql: "UPDATE requests SET undone = ? WHERE iss = ? AND sub = ? AND event = ? AND id = ?"
        ).execute(arguments: [
            id.description, request.actor.iss.bytes, request.actor.subject.bytes, request.event, request.id.description,
        ])
    }

    static func removeOld(now: Int64, _ database: Database) throws {
        try database.cachedStatement(sql: "DELETE FROM requests WHERE at <= ?").execute(arguments: [now - span])
        try database.cachedStatement(
            sql: "DELETE FROM requests WHERE number <= (SELECT max(number) FROM requests) - \(capacity)"
        ).execute()
    }

    private static func read(_ row: Row) throws -> KeptRequest {
        guard let id = ULID(try row.decode(String.self, forColumn: "id")),
            let answer = try parsed(row, "answer").objectValue, let changes = try parsed(row, "changes").arrayValue,
            let reverse = try parsed(row, "reverse").arrayValue
        else { throw ModerationStoreError(.damaged, "a row of requests is invalid: restore the file from a backup") }
        func text(_ column: String) throws -> String? { row[column] as Data? == nil ? nil : try row.text(column) }
        return KeptRequest(
            actor: UserID(iss: try row.text("iss"), subject: try row.text("sub")), event: try row.decode(String.self, forColumn: "event"),
            id: id, payload: try row.decode(String.self, forColumn: "payload"), changes: changes.compactMap { StateChange($0) },
            reverse: reverse.compactMap { StateChange($0) }, answer: answer, seq: (row["seq"] as Int64?).flatMap { UInt64(exactly: $0) },
            at: try row.decode(Int64.self, forColumn: "at"),
            target: AuditTarget(
                namespace: row["ns"], room: try text("room"), issuer: try text("target_iss"), subject: try text("target_sub")),
            undone: row["undone"], isPending: try row.decode(Bool.self, forColumn: "pending"))
    }

    private static func parsed(_ row: Row, _ column: String) throws -> JSONValue {
        try JSONValue(parsing: Array(try row.decode(String.self, forColumn: column).utf8), limits: JSONLimits())
    }
}
