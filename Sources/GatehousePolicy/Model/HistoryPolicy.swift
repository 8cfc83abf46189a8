package import GatehouseJSON

/// `history`: which events of which rooms are kept, and for how long (HIS-01).
package struct HistoryPolicy: Sendable, Equatable {
    package var rooms: [NamePattern]
    /// Empty for every event.
    package var events: [NamePattern] = []
    /// How many events of a room.
    package var size: Int
    /// For how long, in nanoseconds.
    package var ttl: Int64
    /// How much, for all rooms of the namespace together.
    package var bytes: Int64 = 1 << 20
    /// Where an event has the application's own id, by which a redaction names it.
    package var idAt: JSONPointer?
}

/// `presence`: in which rooms clients may see who is there (PRE-01).
package struct PresencePolicy: Sendable, Equatable {
    package var rooms: [NamePattern]
}
