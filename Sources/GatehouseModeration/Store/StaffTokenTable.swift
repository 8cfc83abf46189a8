import GRDB
import Gatehouse

/// The table `staff_tokens`: the owners of tokens that staff have shown, until they end (MOD-20).
enum StaffTokenTable {
    static func load(_ database: Database) throws -> [StaffToken] {
        var tokens: [StaffToken] = []
        let rows = try Row.fetchCursor(try database.cachedStatement(sql: "SELECT iss, jti, sub, rank, ends FROM staff_tokens"))
        while let row = try rows.next() {
            guard let rank = StaffRank(rawValue: try row.decode(Int.self, forColumn: "rank")) else {
                throw ModerationStoreError(.damaged, "a row of staff_tokens is invalid: restore the file from a backup")
            }
            let iss = try row.text("iss")
            tokens.append(
                StaffToken(
                    name: TokenName(iss: iss, jti: try row.text("jti")), user: UserID(iss: iss, subject: try row.text("sub")), rank: rank,
                    ends: try row.decode(Int64.self, forColumn: "ends")))
        }
        return tokens
    }

    static func put(_ token: StaffToken, _ database: Database) throws {
        try database.cachedStatement(
            sql: """
                INSERT INTO staff_tokens (iss, jti, sub, rank, ends) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET sub = excluded.sub, rank = excluded.rank, ends = excluded.ends WHERE excluded.rank >= rank
                """
        ).execute(arguments: [token.name.iss.bytes, token.name.jti.bytes, token.user.subject.bytes, token.rank.rawValue, token.ends])
    }

    static func removeEnded(now: Int64, _ database: Database) throws {
        try database.cachedStatement(sql: "DELETE FROM staff_tokens WHERE ends <= ?").execute(arguments: [now])
    }
}
