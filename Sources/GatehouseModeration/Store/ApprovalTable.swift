import GRDB
import Gatehouse
import GatehouseAudit
import GatehouseJSON

/// An act that waits for further people (MOD-23).
struct Approval: Sendable, Equatable {
    /// The `approval_id`: the `request_id` of the request.
    let id: ULID
    /// The verb.
    let event: String
    /// The act's payload in JSON.
    let payload: String
    let requester: UserID
    let reason: String
    /// Milliseconds since 1970.
    let at: Int64
    /// It lapses then, in milliseconds since 1970.
    let ends: Int64
    /// How many people it takes, the requester among them.
    let needs: Int
    /// Who has granted it so far.
    var granted: [UserID]
}

/// The table `approvals`: those that wait. A granted, rejected or lapsed one is in the audit log only.
enum ApprovalTable {
    /// The most that wait at a time.
    static let capacity = 1_000

    static func load(_ database: Database) throws -> [Approval] {
        try Row.fetchAll(
            database, sql: "SELECT id, event, payload, iss, sub, reason, at, ends, needs, granted FROM approvals ORDER BY at, id"
        )
        .map { row in
            guard let id = ULID(try row.decode(String.self, forColumn: "id")),
                let granted = try JSONValue(
                    parsing: Array(try row.decode(String.self, forColumn: "granted").utf8), limits: JSONLimits()
                ).arrayValue
            else { throw ModerationStoreError(.damaged, "a row of approvals is invalid: restore the file from a backup") }
            return Approval(
                id: id, event: try row.decode(String.self, forColumn: "event"),
                payload: try row.decode(String.self, forColumn: "payload"),
                requester: UserID(iss: try row.text("iss"), subject: try row.text("sub")), reason: try row.text("reason"),
                at: try row.decode(Int64.self, forColumn: "at"), ends: try row.decode(Int64.self, forColumn: "ends"),
                needs: try row.decode(Int.self, forColumn: "needs"), granted: granted.compactMap { UserID($0) })
        }
    }

    static func put(_ approval: Approval, _ database: Database) throws {
        try database.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO approvals (id, event, payload, iss, sub, reason, at, ends, needs, granted)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            approval.id.description, approval.event, approval.payload, approval.requester.iss.bytes, approval.requester.subject.bytes,
            approval.reason.bytes, approval.at, approval.ends, approval.needs,
            JSONValue.array(approval.granted.map { .object($0.json) }).serialized,
        ])
    }

    static func remove(_ id: ULID, _ database: Database) throws {
        try database.cachedStatement(sql: "DELETE FROM approvals WHERE id = ?").execute(arguments: [id.description])
    }
}
