import GRDB
import Gatehouse
import GatehouseAudit

/// The table `exclusions` of earlier versions: users who were kicked until a given time. They are bans with an end now.
enum ExclusionTable {
    /// Makes a ban of each. Once done, the table is empty.
    static func makeBans(_ database: Database) throws {
        let rows = try Row.fetchAll(database, sql: "SELECT iss, sub, ends FROM exclusions")
        guard !rows.isEmpty else { return }
        try database.inTransaction(.immediate) {
            for row in rows {
                let user = UserID(iss: try row.text("iss"), subject: try row.text("sub"))
                let id = ULIDGenerator.shared.next()
                let ban = Ban(id: id, subject: .user(user), namespace: nil, room: nil, ends: try row.decode(Int64.self, forColumn: "ends"))
                let origin = ActOrigin(
                    request: id, by: UserID(iss: "", subject: ""), at: Int64(clamping: id.milliseconds),
                    reason: "kicked by an earlier version")
                try KeptTable.apply(.ban(ban), origin, database)
            }
            try database.execute(sql: "DELETE FROM exclusions")
            return .commit
        }
    }
}
