import GRDB
import Gatehouse

/// A user who was kicked until a given time.
struct Exclusion: Sendable, Equatable {
    let user: UserKey
    /// Milliseconds since 1970.
    let ends: Int64
}

/// The table `exclusions`.
enum ExclusionTable {
    static func load(_ database: Database) throws -> [Exclusion] {
        var exclusions: [Exclusion] = []
        let rows = try Row.fetchCursor(try database.cachedStatement(sql: "SELECT iss, sub, ends FROM exclusions"))
        while let row = try rows.next() {
            let user = UserKey(iss: try row.text("iss"), subject: try row.text("sub"))
            exclusions.append(Exclusion(user: user, ends: try row.decode(Int64.self, forColumn: "ends")))
        }
        return exclusions
    }

    static func put(_ exclusion: Exclusion, _ database: Database) throws {
        try database.cachedStatement(
            sql: "INSERT INTO exclusions (iss, sub, ends) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET ends = max(ends, excluded.ends)"
        ).execute(arguments: [exclusion.user.iss.bytes, exclusion.user.subject.bytes, exclusion.ends])
    }

    static func removeEnded(now: Int64, _ database: Database) throws {
        try database.cachedStatement(sql: "DELETE FROM exclusions WHERE ends <= ?").execute(arguments: [now])
    }
}
