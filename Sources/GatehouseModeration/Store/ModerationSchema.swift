import GRDB

/// The tables, and the upgrade of older files (MOD-50). `meta` has a file's version. A step is added at the end of `steps` and never
/// changed once released.
enum ModerationSchema {
    /// Marks the file as ours: "GTHS".
    static let applicationID: Int32 = 0x4754_4853

    /// Texts from tokens are stored as bytes: texts that look alike may differ, and may contain NUL.
    private static let steps =
        [
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
            """
            ALTER TABLE revocations ADD COLUMN owner_iss BLOB;
            ALTER TABLE revocations ADD COLUMN owner_sub BLOB;
            ALTER TABLE revocations ADD COLUMN owner_admin INTEGER NOT NULL DEFAULT 0;
            CREATE TABLE staff_tokens (
                iss BLOB NOT NULL,
                jti BLOB NOT NULL,
                sub BLOB NOT NULL,
                rank INTEGER NOT NULL CHECK (rank BETWEEN 1 AND 3),
                ends INTEGER NOT NULL,
                PRIMARY KEY (iss, jti)
            ) STRICT, WITHOUT ROWID;
            """,
            """
            CREATE TABLE wider_revocations (
                kind TEXT NOT NULL CHECK (kind IN ('token', 'user', 'reauthentication', 'issuer')),
                iss BLOB NOT NULL,
                name BLOB NOT NULL,
                issued_before INTEGER CHECK ((issued_before IS NULL) = (kind = 'token')),
                good_until INTEGER CHECK ((good_until IS NULL) = (kind <> 'reauthentication')),
                ends INTEGER NOT NULL,
                owner_iss BLOB,
                owner_sub BLOB,
                owner_admin INTEGER NOT NULL DEFAULT 0,
                PRIMARY KEY (kind, iss, name)
            ) STRICT, WITHOUT ROWID;
            INSERT INTO wider_revocations
                SELECT kind, iss, name, issued_before, good_until, ends, owner_iss, owner_sub, owner_admin FROM revocations;
            DROP TABLE revocations;
            ALTER TABLE wider_revocations RENAME TO revocations;
            """,
        ]
        + ["bans", "mutes", "rooms"].map { name in
            // What is kept is written as in the audit log.
            """
            CREATE TABLE \(name) (
                name TEXT NOT NULL PRIMARY KEY,
                ends INTEGER,
                change TEXT NOT NULL,
                request TEXT NOT NULL,
                by_iss BLOB NOT NULL,
                by_sub BLOB NOT NULL,
                at INTEGER NOT NULL,
                reason BLOB NOT NULL
            ) STRICT, WITHOUT ROWID;
            """
        } + [
            """
            CREATE TABLE notes (
                id TEXT NOT NULL PRIMARY KEY,
                iss BLOB NOT NULL,
                sub BLOB NOT NULL,
                text BLOB NOT NULL,
                by_iss BLOB NOT NULL,
                by_sub BLOB NOT NULL,
                at INTEGER NOT NULL
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX notes_of_user ON notes (iss, sub);
            CREATE TABLE requests (
                number INTEGER PRIMARY KEY,
                iss BLOB NOT NULL,
                sub BLOB NOT NULL,
                event TEXT NOT NULL,
                id TEXT NOT NULL,
                payload TEXT NOT NULL,
                changes TEXT NOT NULL,
                reverse TEXT NOT NULL,
                answer TEXT NOT NULL,
                seq INTEGER,
                at INTEGER NOT NULL,
                target_iss BLOB,
                target_sub BLOB,
                ns TEXT,
                room BLOB,
                undone TEXT,
                pending INTEGER NOT NULL,
                UNIQUE (iss, sub, event, id)
            ) STRICT;
            CREATE INDEX requests_by_seq ON requests (seq);
            CREATE INDEX requests_upon_user ON requests (target_iss, target_sub);
            CREATE TABLE approvals (
                id TEXT NOT NULL PRIMARY KEY,
                event TEXT NOT NULL,
                payload TEXT NOT NULL,
                iss BLOB NOT NULL,
                sub BLOB NOT NULL,
                reason BLOB NOT NULL,
                at INTEGER NOT NULL,
                ends INTEGER NOT NULL,
                needs INTEGER NOT NULL,
                granted TEXT NOT NULL
            ) STRICT, WITHOUT ROWID;
            """,
            // The store's place in the log that the nodes of a cluster share.
            """
            CREATE TABLE shared_log (
                origin TEXT NOT NULL,
                last INTEGER NOT NULL,
                name TEXT,
                position TEXT
            ) STRICT;
            INSERT INTO shared_log VALUES (lower(hex(randomblob(16))), 0, NULL, NULL);
            CREATE TABLE shared_origins (origin TEXT NOT NULL PRIMARY KEY, number INTEGER NOT NULL) STRICT, WITHOUT ROWID;
            CREATE TABLE shared_outbox (number INTEGER PRIMARY KEY, text TEXT NOT NULL, sent INTEGER NOT NULL) STRICT;
            """,
            """
            CREATE TABLE reports (
                id TEXT NOT NULL PRIMARY KEY,
                iss BLOB NOT NULL,
                sub BLOB NOT NULL,
                ns TEXT NOT NULL,
                room BLOB,
                message_id BLOB,
                user_iss BLOB,
                user_sub BLOB,
                reason BLOB NOT NULL,
                at INTEGER NOT NULL,
                status TEXT NOT NULL CHECK (status IN ('open', 'claimed', 'resolved')),
                outcome TEXT CHECK ((outcome IS NULL) = (status <> 'resolved')),
                by_iss BLOB,
                by_sub BLOB,
                changed INTEGER NOT NULL,
                note BLOB
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX reports_by_reporter ON reports (iss, sub, status);
            CREATE INDEX reports_by_status ON reports (status, changed);
            CREATE INDEX reports_of_user ON reports (user_iss, user_sub, at);
            CREATE INDEX reports_of_room ON reports (ns, room, at);
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
            throw ModerationStoreError(.damaged, "it is damaged: restore it from a backup (\(finding))")
        }
        let versions = try Int.fetchAll(database, sql: "SELECT schema_version FROM meta")
        guard versions.count == 1, let found = versions.first, found > 0 else {
            throw ModerationStoreError(.damaged, "it has no version: restore it from a backup")
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
