/// The users and groups of this machine, as `/etc/passwd` and `/etc/group` list them. Pure.
///
/// A directory service is not asked: it may be slow or down when a server starts. A group that these files do not list has no members here,
/// as the group that Kubernetes gives to a volume (`fsGroup`).
package struct AccountDatabase: Sendable, Equatable {
    private struct User: Sendable, Equatable {
        let name: String
        let id: UInt32
        let group: UInt32
    }

    private struct Group: Sendable, Equatable {
        let name: String
        let id: UInt32
        let members: [String]
    }

    private let users: [User]
    private let groups: [Group]

    /// - Parameters:
    ///   - passwd: the text of `/etc/passwd` (passwd(5)). Malformed lines are skipped.
    ///   - group: the text of `/etc/group` (group(5)).
    package init(passwd: String, group: String) {
        users = Self.lines(passwd).compactMap { fields in
            guard fields.count >= 4, let id = UInt32(fields[2]), let group = UInt32(fields[3]) else { return nil }
            return User(name: fields[0], id: id, group: group)
        }
        groups = Self.lines(group).compactMap { fields in
            guard fields.count >= 4, let id = UInt32(fields[2]) else { return nil }
            return Group(name: fields[0], id: id, members: fields[3].split(separator: ",").map(String.init))
        }
    }

    package func name(ofUser id: UInt32) -> String? { users.first { $0.id == id }?.name }

    package func name(ofGroup id: UInt32) -> String? { groups.first { $0.id == id }?.name }

    /// The members of a group other than root and the user `own`. A member without an entry in `/etc/passwd` counts: another service may
    /// know it.
    package func others(inGroup id: UInt32, than own: UInt32) -> [String] {
        let trusted = Set(users.filter { $0.id == 0 || $0.id == own }.map(\.name))
        let members = users.filter { $0.group == id }.map(\.name) + groups.filter { $0.id == id }.flatMap(\.members)
        return Set(members).subtracting(trusted).sorted()
    }

    private static func lines(_ text: String) -> [[String]] {
        text.split(whereSeparator: \.isNewline).map { $0.split(separator: ":", omittingEmptySubsequences: false).map(String.init) }
    }
}
