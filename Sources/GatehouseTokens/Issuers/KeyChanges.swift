/// What a reload changed, for the audit log: keys as `issuer/kid`, in order. A key whose material was exchanged under its old name is both
/// added and removed.
package struct KeyChanges: Sendable, Equatable {
    package var added: [String]
    package var removed: [String]

    package init(added: [String], removed: [String]) {
        self.added = added
        self.removed = removed
    }
}
