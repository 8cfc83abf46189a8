import GRDB

/// The tables `shared_log` and `shared_origins`: how far this store has read the log that the nodes share, and which entries of each
/// origin it has taken. It changes together with what the entries change, so that each is taken once.
struct SharedPlace: Sendable, Equatable {
    /// The name of this store in the log.
    let origin: String
    /// The log that was read; `nil` before the first.
    let name: String?
    /// The last entry that was taken.
    let position: String?

    static func load(_ database: Database) throws -> SharedPlace {
        guard let row = try Row.fetchOne(database, sql: "SELECT origin, name, position FROM shared_log") else {
            throw ModerationStoreError(.damaged, "shared_log is empty: restore the file from a backup")
        }
        return SharedPlace(origin: try row.decode(String.self, forColumn: "origin"), name: row["name"], position: row["position"])
    }

    static func move(to position: String?, _ database: Database) throws {
        try database.execute(sql: "UPDATE shared_log SET position = ?", arguments: [position])
    }

    static func join(_ name: String, at position: String?, _ database: Database) throws {
        try database.execute(sql: "UPDATE shared_log SET name = ?, position = ?", arguments: [name, position])
    }

    /// Takes note of an entry.
    /// - Returns: false for one that was taken before.
    static func note(_ origin: String, _ number: Int64, _ database: Database) throws -> Bool {
        try database.execute(
            sql: """
                INSERT INTO shared_origins VALUES (?, ?)
                ON CONFLICT DO UPDATE SET number = excluded.number WHERE excluded.number > number
                """, arguments: [origin, number])
        return database.changesCount > 0
    }

    /// The most origins that are remembered: each store in memory is a new one at each start. Those that were silent for longest are
    /// forgotten, since numbers are times.
    static let capacity = 10_000

    static func removeOldOrigins(_ database: Database) throws {
        try database.cachedStatement(
            sql: """
                DELETE FROM shared_origins WHERE number <=
                    (SELECT number FROM shared_origins ORDER BY number DESC LIMIT 1 OFFSET \(capacity))
                """
        ).execute()
    }

    static func origins(_ database: Database) throws -> [(origin: String, number: Int64)] {
        try Row.fetchAll(database, sql: "SELECT origin, number FROM shared_origins ORDER BY origin").map {
            (try $0.decode(String.self, forColumn: "origin"), try $0.decode(Int64.self, forColumn: "number"))
        }
    }
}
