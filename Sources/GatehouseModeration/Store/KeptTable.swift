import Foundation
import GRDB
import Gatehouse
import GatehouseAudit
import GatehouseJSON

/// The tables `bans`, `mutes` and `rooms`: each row is the change that made it, as the audit log has it, and where it comes from.
enum KeptTable: String, CaseIterable {
    case bans, mutes, rooms

    /// Every row, ended ones too; the caller notices their end.
    static func load(_ database: Database) throws -> ModerationState {
        var state = ModerationState()
        for table in allCases {
            let rows = try Row.fetchCursor(
                database, sql: "SELECT change, request, by_iss, by_sub, at, reason FROM \(table.rawValue)")
            while let row = try rows.next() {
                let text = try row.decode(String.self, forColumn: "change")
                guard let json = try? JSONValue(parsing: Array(text.utf8), limits: JSONLimits()), let change = StateChange(json),
                    Self.place(of: change)?.table == table
                else { throw ModerationStoreError(.damaged, "a row of \(table.rawValue) is invalid: restore the file from a backup") }
                state.apply(change, try origin(row))
            }
        }
        return state
    }

    static func apply(_ change: StateChange, _ origin: ActOrigin, _ database: Database) throws {
        guard let place = place(of: change) else { return }
        guard let ends = place.ends else {
            return try database.cachedStatement(sql: "DELETE FROM \(place.table.rawValue) WHERE name = ?").execute(arguments: [place.name])
        }
        try database.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO \(place.table.rawValue) (name, ends, change, request, by_iss, by_sub, at, reason)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            place.name, ends == .max ? nil : ends, change.json.serialized, origin.request.description, origin.by.iss.bytes,
            origin.by.subject.bytes, origin.at, origin.reason.bytes,
        ])
    }

    private static func origin(_ row: Row) throws -> ActOrigin {
        guard let request = ULID(try row.decode(String.self, forColumn: "request")) else {
            throw ModerationStoreError(.damaged, "a row has no request: restore the file from a backup")
        }
        return ActOrigin(
            request: request, by: UserID(iss: try row.text("by_iss"), subject: try row.text("by_sub")),
            at: try row.decode(Int64.self, forColumn: "at"), reason: try row.text("reason"))
    }

    /// Where a change is kept: `nil` if elsewhere; without an end it removes the row.
    private static func place(of change: StateChange) -> (table: KeptTable, name: String, ends: Int64?)? {
        func key(_ object: JSONObject) -> String { JSONValue.object(object).serialized }
        return switch change {
        case .ban(let ban): (.bans, ban.id.description, ban.ends ?? .max)
        case .unban(let id): (.bans, id.description, nil)
        case .mute(let mute): (.mutes, key(mute.place.json), mute.ends)
        case .unmute(let place): (.mutes, key(place.json), nil)
        case .lock(let place, let lock): (.rooms, "lock " + key(place.json), lock.map { $0.ends ?? .max })
        case .slow(let place, let slow): (.rooms, "slow " + key(place.json), slow.map { $0.ends ?? .max })
        case .revoke, .note, .removeNote, .report, .claimReport, .resolveReport, .reopenReport: nil
        }
    }
}
