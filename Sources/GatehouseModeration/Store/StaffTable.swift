import GRDB
import Gatehouse

/// A user who was seen with a staff role.
struct StaffSighting: Sendable, Equatable {
    let user: UserID
    let rank: StaffRank
    /// Milliseconds since 1970.
    let seen: Int64
}

/// The table `staff`: the ranks that are remembered for a day (MOD-20).
enum StaffTable {
    static func load(_ database: Database) throws -> [StaffSighting] {
        var sightings: [StaffSighting] = []
        let rows = try Row.fetchCursor(try database.cachedStatement(sql: "SELECT iss, sub, rank, seen FROM staff"))
        while let row = try rows.next() {
            guard let rank = StaffRank(rawValue: try row.decode(Int.self, forColumn: "rank")), rank > .none else {
                throw ModerationStoreError(.damaged, "a row of staff is invalid: restore the file from a backup")
            }
            sightings.append(
                StaffSighting(
                    user: UserID(iss: try row.text("iss"), subject: try row.text("sub")), rank: rank,
                    seen: try row.decode(Int64.self, forColumn: "seen")))
        }
        return sightings
    }

    static func put(_ sighting: StaffSighting, _ database: Database) throws {
        try database.cachedStatement(
            sql: "INSERT INTO staff (iss, sub, rank, seen) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET seen = max(seen, excluded.seen)"
        ).execute(arguments: [sighting.user.iss.bytes, sighting.user.subject.bytes, sighting.rank.rawValue, sighting.seen])
    }

    static func removeOld(now: Int64, _ database: Database) throws {
        try database.cachedStatement(sql: "DELETE FROM staff WHERE seen <= ?").execute(arguments: [now - StaffMemory.span])
    }
}
