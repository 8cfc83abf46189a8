#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// The identity under which a process reads files, and the other accounts of the machine.
package struct ProcessIdentity: Sendable, Equatable {
    /// The effective user.
    package var user: UInt32
    /// The effective group and the supplementary ones.
    package var groups: Set<UInt32>
    package var accounts: AccountDatabase

    package init(user: UInt32, groups: Set<UInt32>, accounts: AccountDatabase = AccountDatabase(passwd: "", group: "")) {
        self.user = user
        self.groups = groups
        self.accounts = accounts
    }

    /// This process, now. Reads the lists of accounts, so it blocks on the disk.
    package static func current() -> ProcessIdentity {
        var groups: Set<UInt32> = [UInt32(getegid())]
        let count = getgroups(0, nil)
        if count > 0 {
            var list = [gid_t](repeating: 0, count: Int(count))
            let filled = unsafe getgroups(count, &list)
            groups.formUnion(list.prefix(Int(max(0, filled))).map { UInt32($0) })
        }
        let accounts = AccountDatabase(passwd: text(of: "/etc/passwd"), group: text(of: "/etc/group"))
        return ProcessIdentity(user: UInt32(geteuid()), groups: groups, accounts: accounts)
    }

    /// An unreadable file counts as empty: a container without it has no other accounts.
    private static func text(of path: String) -> String {
        let number = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard number >= 0 else { return "" }
        let descriptor = Descriptor(owning: number)
        return String(decoding: descriptor.bytes(atMost: 4 << 20) ?? [], as: UTF8.self)
    }
}
