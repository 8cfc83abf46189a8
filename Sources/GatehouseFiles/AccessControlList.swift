/// A POSIX access control list: rights of named users and groups beside the mode (acl(5)).
package struct AccessControlList: Sendable, Equatable {
    /// The rights of one named user or group, reduced by the list's mask.
    package struct Entry: Sendable, Equatable {
        package var id: UInt32
        /// `rwx` as in one digit of a mode.
        package var rights: UInt32

        package init(id: UInt32, rights: UInt32) {
            self.id = id
            self.rights = rights
        }
    }

    package var users: [Entry]
    package var groups: [Entry]
    /// The rights of the file's own group. The mode shows the mask in their place.
    package var owningGroup: UInt32

    package init(users: [Entry] = [], groups: [Entry] = [], owningGroup: UInt32) {
        self.users = users
        self.groups = groups
        self.owningGroup = owningGroup
    }

    /// Reads the bytes of the attribute `system.posix_acl_access`: a version of four bytes, then entries of eight, little endian.
    /// - Returns: `nil` for anything else.
    package init?(attribute bytes: [UInt8]) {
        func number(_ offset: Int, _ count: Int) -> UInt32 {
            bytes.dropFirst(offset).prefix(count).reversed().reduce(0) { $0 << 8 | UInt32($1) }
        }
        guard bytes.count >= 4, bytes.count % 8 == 4, number(0, 4) == 2 else { return nil }
        let entries = stride(from: 4, to: bytes.count, by: 8).map { (number($0, 2), number($0 + 2, 2) & 7, number($0 + 4, 4)) }
        let mask = entries.first { $0.0 == Tag.mask }?.1 ?? 7
        func named(_ tag: UInt32) -> [Entry] { entries.filter { $0.0 == tag }.map { Entry(id: $0.2, rights: $0.1 & mask) } }
        users = named(Tag.user)
        groups = named(Tag.group)
        owningGroup = (entries.first { $0.0 == Tag.owningGroup }?.1 ?? 0) & mask
    }

    private enum Tag {
        static let user: UInt32 = 0x02
        static let owningGroup: UInt32 = 0x04
        static let group: UInt32 = 0x08
        static let mask: UInt32 = 0x10
    }
}
