import NIOCore

/// The last events of one namespace, in order and without a gap: bounded in count, bytes and age (REC-05).
struct RecoveryLog {
    private(set) var entries = CircularBuffer<RecoveryEntry>()
    private(set) var byteCount = 0
    /// The last position that was given.
    private(set) var head: UInt64 = 0
    /// The last position whose event is not kept any more.
    private(set) var dropped: UInt64 = 0

    /// The next event.
    /// - Parameter limits: `nil` keeps nothing; positions go on all the same.
    /// - Returns: the event in its place.
    mutating func append(_ broadcast: Broadcast, at now: NIODeadline, _ limits: RecoverySettings?) -> RecoveryEntry {
        guard !broadcast.isVolatile else { return RecoveryEntry(broadcast, at: head, now) }
        head &+= 1
        let entry = RecoveryEntry(broadcast, at: head, now)
        guard let limits else {
            dropped = head
            return entry
        }
        entries.append(entry)
        byteCount &+= entry.size
        while byteCount > limits.bytes || entries.count > limits.messages { dropFirst() }
        expire(at: now, limits)
        return entry
    }

    /// Drops what is older than the window.
    mutating func expire(at now: NIODeadline, _ limits: RecoverySettings) {
        while let first = entries.first, now - first.time > limits.window { dropFirst() }
    }

    mutating func removeAll() {
        entries.removeAll()
        byteCount = 0
        dropped = head
    }

    private mutating func dropFirst() {
        guard let first = entries.popFirst() else { return }
        byteCount &-= first.size
        dropped = first.position
    }

    /// The events after a position; `nil` if one of them is not kept any more.
    func entries(after position: UInt64) -> CircularBuffer<RecoveryEntry>.SubSequence? {
        guard position >= dropped, position <= head else { return nil }
        // Positions have no gaps.
        let skipped = Int(clamping: position &- dropped)
        return entries.dropFirst(skipped)
    }

    /// Nobody gets these events any more. Their places remain, so that there is no gap.
    mutating func withdraw(_ positions: Set<UInt64>) {
        for index in entries.indices where positions.contains(entries[index].position) { entries[index].isWithdrawn = true }
    }
}
