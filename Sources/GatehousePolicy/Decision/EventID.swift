/// An event's name as the tables of one namespace know it. Looked up once a message; valid for the bundle that gave it.
package struct EventID: Sendable, Equatable {
    /// The place among the names that rules give literally; -1 for any other name.
    let index: Int32
    /// For other names: the wildcard patterns that match it, as a bit set.
    let wildcards: UInt64

    /// A name that no rule can match.
    package static let unknown = EventID(index: -1, wildcards: 0)

    /// Whether some rule speaks of this name.
    package var isKnown: Bool { index >= 0 || wildcards != 0 }
}
