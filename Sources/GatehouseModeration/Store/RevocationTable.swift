import Foundation
import GRDB
import GatehouseTokens

/// The table `revocations`.
enum RevocationTable {
    private enum Kind: String { case token, user, reauthentication, issuer }

    /// Every row, ended ones too; the caller notices their end.
    static func load(_ database: Database) throws -> RevocationList {
        var list = RevocationList()
        let rows = try Row.fetchCursor(
            try database.cachedStatement(
                sql: "SELECT kind, iss, name, issued_before, good_until, ends, owner_iss, owner_sub, owner_admin FROM revocations"))
        while let row = try rows.next() { try list.insert(try revocation(row)) }
        return list
    }

    static func put(_ revocation: Revocation, _ database: Database) throws {
        let statement = try database.cachedStatement(
            sql: """
                INSERT INTO revocations (kind, iss, name, issued_before, good_until, ends, owner_iss, owner_sub, owner_admin)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET issued_before = excluded.issued_before, good_until = excluded.good_until, ends = excluded.ends
                """)
        let end = revocation.until
        var arguments: StatementArguments =
            switch revocation.subject {
            case .token(let iss, let jti): [Kind.token.rawValue, iss.bytes, jti.bytes, nil, nil, end]
            case .user(let iss, let sub, let instant): [Kind.user.rawValue, iss.bytes, sub.bytes, instant, nil, end]
            case .reauthentication(let iss, let sub, let instant, let by):
                [Kind.reauthentication.rawValue, iss.bytes, sub.bytes, instant, by, end]
            case .issuer(let iss, let instant): [Kind.issuer.rawValue, iss.bytes, iss.bytes, instant, nil, end]
            }
        let owner = revocation.owner
        arguments += [owner?.iss.bytes, owner?.sub.bytes, owner?.isAdmin ?? false]
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
        case (.issuer, let instant?, nil) where iss.utf8.elementsEqual(name.utf8): subject = .issuer(iss: iss, issuedBefore: instant)
        default: throw ModerationStoreError(.damaged, "a row of revocations is invalid: restore the file from a backup")
        }
        return Revocation(subject, until: try row.decode(Int64.self, forColumn: "ends"), owner: try owner(row))
    }
}

extension RevocationTable {
    private static func owner(_ row: Row) throws -> Revocation.Owner? {
        guard row.hasColumn("owner_iss"), row["owner_iss"] as Data? != nil else { return nil }
        return Revocation.Owner(
            iss: try row.text("owner_iss"), sub: try row.text("owner_sub"), isAdmin: try row.decode(Bool.self, forColumn: "owner_admin"))
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
