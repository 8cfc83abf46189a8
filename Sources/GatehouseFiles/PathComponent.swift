/// One component of a path: a directory, a link, or the target.
package struct PathComponent: Sendable, Equatable {
    package enum Kind: Sendable, Equatable { case directory, file, link, other }

    /// Absolute, and free of links but for a link's own name.
    package var path: String
    package var kind: Kind
    package var owner: UInt32
    package var group: UInt32
    /// The twelve bits of `chmod`.
    package var mode: UInt32
    /// Whether it lies on a volume that is mounted read-only: then nobody writes it here, whatever the mode says.
    package var isReadOnly: Bool
    package var accessList: AccessControlList?
    /// The place in the list of the directory that it was looked up in; `nil` for the root.
    package var container: Int?

    package init(
        path: String, kind: Kind, owner: UInt32, group: UInt32, mode: UInt32, isReadOnly: Bool = false,
        accessList: AccessControlList? = nil, container: Int? = nil
    ) {
        self.path = path
        self.kind = kind
        self.owner = owner
        self.group = group
        self.mode = mode
        self.isReadOnly = isReadOnly
        self.accessList = accessList
        self.container = container
    }

    /// Only the owner of an entry, the directory's own, and root may replace the entries of such a directory.
    var isSticky: Bool { kind == .directory && mode & 0o1000 != 0 }
}

/// How a path is used.
package enum PathUse: Sendable, Equatable {
    /// A file that is believed: policies, public keys, certificates.
    case file
    /// A believed file that only we may read: private keys, secrets.
    case secret
    /// A directory whose files are believed, whatever their names.
    case directory
}
