import GRDB

/// The table `shared_outbox`: what this store tells the other nodes, until it has read it back from the log that they share. What is not
/// sent yet is sent once Redis answers, in order (CLU-22).
enum SharedOutbox {
    /// The most entries. When there are more, nothing is shared, so nothing is done.
    static let capacity = 100_000

    /// An entry that is to be added.
    struct Draft: Sendable {
        let text: String
        /// Milliseconds since 1970.
        let now: Int64
    }

    struct Entry: Sendable {
        let number: Int64
        let text: String
    }

    /// - Returns: its number. Numbers of one store grow even when the store was brought back from a backup: they are times.
    @discardableResult
    static func add(_ draft: Draft, _ database: Database) throws -> Int64 {
        guard try Int.fetchOne(database, sql: "SELECT count(*) FROM shared_outbox") ?? 0 < capacity else {
            throw ModerationStoreError(.full, "\(capacity) acts wait for other nodes, and there is no room for another: bring Redis back")
        }
        let last = try last(database)
        let number = max(last + 1, draft.now.multipliedReportingOverflow(by: 1_000).partialValue)
        try database.execute(sql: "UPDATE shared_log SET last = ?", arguments: [number])
        try database.execute(sql: "INSERT INTO shared_outbox VALUES (?, ?, 0)", arguments: [number, draft.text])
        return number
    }

    /// The number of the last entry.
    static func last(_ database: Database) throws -> Int64 { try Int64.fetchOne(database, sql: "SELECT last FROM shared_log") ?? 0 }

    /// The first that is not sent yet.
    static func unsent(_ database: Database) throws -> Entry? {
        try Row.fetchOne(database, sql: "SELECT number, text FROM shared_outbox WHERE sent = 0 ORDER BY number LIMIT 1").map(entry)
    }

    /// All of them, in order.
    static func all(_ database: Database) throws -> [Entry] {
        try Row.fetchAll(database, sql: "SELECT number, text FROM shared_outbox ORDER BY number").map(entry)
    }

    static func isEmpty(_ database: Database) throws -> Bool {
        try Bool.fetchOne(database, sql: "SELECT NOT EXISTS (SELECT 1 FROM shared_outbox)") ?? true
    }

    static func markSent(_ number: Int64, _ database: Database) throws {
        try database.execute(sql: "UPDATE shared_outbox SET sent = 1 WHERE number = ?", arguments: [number])
    }

    /// The log has lost what was sent.
    static func markAllUnsent(_ database: Database) throws { try database.execute(sql: "UPDATE shared_outbox SET sent = 0") }

    /// An entry was read back, so those before it have been, too.
    static func remove(upTo number: Int64, _ database: Database) throws {
        try database.execute(sql: "DELETE FROM shared_outbox WHERE number <= ?", arguments: [number])
    }

    private static func entry(_ row: Row) throws -> Entry {
        Entry(number: try row.decode(Int64.self, forColumn: "number"), text: try row.decode(String.self, forColumn: "text"))
    }
}
