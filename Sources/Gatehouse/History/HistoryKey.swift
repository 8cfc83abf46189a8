import SocketIO

/// The place of an event in the histories of a namespace. In a cluster all nodes give the same event the same place.
struct HistoryKey: Sendable, Hashable, Comparable {
    /// Grows with each event that all nodes have.
    let offset: UInt64
    /// Counts those behind it that stayed on this node.
    let own: UInt64

    static func < (left: HistoryKey, right: HistoryKey) -> Bool { (left.offset, left.own) < (right.offset, right.own) }

    /// The offset of a shared place: milliseconds since 2020 in 41 bits, and 12 bits for those of one millisecond, so that a number of
    /// JavaScript holds it.
    static func offset(of place: SharedPosition) -> UInt64 {
        let start: UInt64 = 1_577_836_800_000
        let time = min(place.time > start ? place.time - start : 0, 1 << 41 - 1)
        return time << 12 | min(place.sequence, 1 << 12 - 1)
    }
}
