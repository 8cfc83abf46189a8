import Foundation
import GRDB
import GatehouseTokens

/// The table `revocations`.
enum RevocationTable {
    private enum Kind: String { case token, user, reauthentication }

    /// Every row, ended ones too: their end is somebody else's to notice.
    static func load(_ database: Database) throws -> RevocationList {
        var list = RevocationList()
        let rows = try Row.fetchCursor(
            try database.cachedStatement(sql: "SELECT kind, iss, name, issued_before, good_until, ends FROM revocations"))
        while let row = try rows.next() { try list.insert(try revocation(row)) }
        return list
    }

    static func put(_ revocation: Revocation, _ database: Database) throws {
        let statement = try database.cachedStatement(
            sql: """
                INSERT INTO revocations (kind, iss, name, issued_before, good_until, ends) VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET issued_before = excluded.issued_before, good_until = excluded.good_until, ends = excluded.ends
                """)
        let end = revocation.until
        let arguments: StatementArguments =
            switch revocation.subject {
            case .token(let iss, let jti): [Kind.token.rawValue, iss.bytes, jti.bytes, nil, nil, end]
            case .user(let iss, let sub, let instant): [Kind.user.rawValue, iss.bytes, sub.bytes, instant, nil, end]
            case .reauthentication(let iss, let sub, let instant, let by):
                [Kind.reauthentication.rawValue, iss.bytes, sub.bytes, instant, by, end]
            }
        try statement.execute(arguments: arguments)
    }

    static func removeEnded(now: Int64, _ database: Database) throws {
        try database.cachedStatement(sql: "DELETE FROM revocations WHERE ends <= ?").execute(arguments: [now])
    }

    private static func revocation(_ row: Row) throws -> Revocation {
        let (iss, name) = (try row.text("iss"), try row.text("name"))
        let subject: Revocation.Subject
        switch (Kind(rawValue: try row.decode(String.self, forColumn: "kind")), row["issued_before"] as Int64?, row["good_until"] as Int64?)
        {
        case (.token, nil, nil): subject = .token(iss: iss, jti: name)
        case (.user, let instant?, nil): subject = .user(iss: iss, sub: name, issuedBefore: instant)
        case (.reauthentication, let instant?, let by?):
            subject = .reauthentication(iss: iss, sub: name, issuedBefore: instant, by: by)
        default: throw ModerationStoreError(.damaged, "a row of revocations makes no sense: bring the file back from a backup")
        }
        return Revocation(subject, until: try row.decode(Int64.self, forColumn: "ends"))
    }
}

extension String {
    var bytes: Data { Data(utf8) }
}

extension Row {
    /// A text that is kept as its bytes.
    func text(_ column: String) throws -> String {
        guard let text = String(validating: try decode(Data.self, forColumn: column), as: UTF8.self) else {
            throw ModerationStoreError(.damaged, "a row holds what is not text: bring the file back from a backup")
        }
        return text
    }
}
