import GRDB

/// The tables, and how an older file becomes a newer one (MOD-50). A file tells its version in `meta`; a step is added to the end of `steps`
/// and never changed once released.
enum ModerationSchema {
    /// Says that the file is ours: "GTHS".
    static let applicationID: Int32 = 0x4754_4853

    /// Texts that come from tokens are kept as their bytes: two that look alike are two, and one may hold a NUL.
    private static let steps = [
        """
        CREATE TABLE meta (schema_version INTEGER NOT NULL) STRICT;
        INSERT INTO meta VALUES (0);
        CREATE TABLE revocations (
            kind TEXT NOT NULL CHECK (kind IN ('token', 'user', 'reauthentication')),
            iss BLOB NOT NULL,
            name BLOB NOT NULL,
            issued_before INTEGER CHECK ((issued_before IS NULL) = (kind = 'token')),
            good_until INTEGER CHECK ((good_until IS NULL) = (kind <> 'reauthentication')),
            ends INTEGER NOT NULL,
            PRIMARY KEY (kind, iss, name)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE exclusions (
            iss BLOB NOT NULL,
            sub BLOB NOT NULL,
            ends INTEGER NOT NULL,
            PRIMARY KEY (iss, sub)
        ) STRICT, WITHOUT ROWID;
        """,
        """
        CREATE TABLE staff (
            iss BLOB NOT NULL,
            sub BLOB NOT NULL,
            rank INTEGER NOT NULL CHECK (rank BETWEEN 1 AND 3),
            seen INTEGER NOT NULL,
            PRIMARY KEY (iss, sub, rank)
        ) STRICT, WITHOUT ROWID;
        """,
    ]

    static var version: Int { steps.count }

    /// Makes the tables of a new file.
    static func create(_ database: Database) throws {
        try database.execute(sql: "PRAGMA application_id = \(applicationID)")
        try upgrade(database, from: 0)
    }

    /// Checks a file that is there, and brings it to the present version.
    static func check(_ database: Database) throws {
        guard try Int32.fetchOne(database, sql: "PRAGMA application_id") == applicationID else {
            throw ModerationStoreError(.damaged, "it is not a moderation store: give another path, or move the file away")
        }
        let findings = try String.fetchAll(database, sql: "PRAGMA integrity_check(1)")
        guard findings == ["ok"] else {
            let finding = (findings.first ?? "no answer").split(separator: "\n").joined(separator: ": ")
            throw ModerationStoreError(.damaged, "it is damaged: bring it back from a backup (\(finding))")
        }
        let versions = try Int.fetchAll(database, sql: "SELECT schema_version FROM meta")
        guard versions.count == 1, let found = versions.first, found > 0 else {
            throw ModerationStoreError(.damaged, "it does not tell its version: bring it back from a backup")
        }
        guard found <= version else {
            throw ModerationStoreError(
                .newer, "a later Gatehouse wrote it (schema \(found); this one knows \(version)): run that one, or restore a backup")
        }
        try upgrade(database, from: found)
    }

    private static func upgrade(_ database: Database, from found: Int) throws {
        guard found < version else { return }
        try database.inTransaction(.immediate) {
            for step in steps.dropFirst(found) { try database.execute(sql: step) }
            try database.execute(sql: "UPDATE meta SET schema_version = ?", arguments: [version])
            return .commit
        }
    }
}
