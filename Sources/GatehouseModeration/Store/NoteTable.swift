import GRDB
import Gatehouse
import GatehouseAudit

/// The table `notes` (MOD-68). Notes are read when a user is looked at, and not kept in memory.
enum NoteTable {
    /// The most notes about one user: the oldest makes way.
    static let ofUser = 100

    static func apply(_ change: StateChange, _ origin: ActOrigin, _ database: Database) throws {
        switch change {
        case .note(let note):
            try database.cachedStatement(
                sql: "INSERT OR REPLACE INTO notes (id, iss, sub, text, by_iss, by_sub, at) VALUES (?, ?, ?, ?, ?, ?, ?)"
            ).execute(arguments: [
                note.id.description, note.user.iss.bytes, note.user.subject.bytes, note.text.bytes, origin.by.iss.bytes,
                origin.by.subject.bytes, origin.at,
            ])
            try database.cachedStatement(
                sql: """
                    DELETE FROM notes WHERE iss = ?1 AND sub = ?2 AND id NOT IN
                        (SELECT id FROM notes WHERE iss = ?1 AND sub = ?2 ORDER BY at DESC, id DESC LIMIT \(ofUser))
                    """
            ).execute(arguments: [note.user.iss.bytes, note.user.subject.bytes])
        case .removeNote(let id):
            try database.cachedStatement(sql: "DELETE FROM notes WHERE id = ?").execute(arguments: [id.description])
        default: break
        }
    }

    /// The latest first.
    static func notes(about user: UserID, _ database: Database) throws -> [KeptNote] {
        try Row.fetchAll(
            database, sql: "SELECT id, text, by_iss, by_sub, at FROM notes WHERE iss = ? AND sub = ? ORDER BY at DESC, id DESC",
            arguments: [user.iss.bytes, user.subject.bytes]
        ).map { row in
            KeptNote(
                id: try row.decode(String.self, forColumn: "id"), text: try row.text("text"),
                by: UserID(iss: try row.text("by_iss"), subject: try row.text("by_sub")), at: try row.decode(Int64.self, forColumn: "at"))
        }
    }

    /// All notes, as the changes that made them.
    static func all(_ database: Database) throws -> [KeptChange] {
        try Row.fetchAll(database, sql: "SELECT id, iss, sub, text, by_iss, by_sub, at FROM notes").map { row in
            guard let id = ULID(try row.decode(String.self, forColumn: "id")) else {
                throw ModerationStoreError(.damaged, "a row of notes has no id: restore the file from a backup")
            }
            let user = UserID(iss: try row.text("iss"), subject: try row.text("sub"))
            return KeptChange(
                change: .note(UserNote(id: id, user: user, text: try row.text("text"))),
                origin: ActOrigin(
                    request: id, by: UserID(iss: try row.text("by_iss"), subject: try row.text("by_sub")),
                    at: try row.decode(Int64.self, forColumn: "at"), reason: ""))
        }
    }

    /// Whom a note is about; `nil` if there is none.
    static func user(of id: ULID, _ database: Database) throws -> UserID? {
        try Row.fetchOne(database, sql: "SELECT iss, sub FROM notes WHERE id = ?", arguments: [id.description]).map {
            UserID(iss: try $0.text("iss"), subject: try $0.text("sub"))
        }
    }
}

struct KeptNote: Sendable {
    let id: String
    let text: String
    let by: UserID
    let at: Int64
}
