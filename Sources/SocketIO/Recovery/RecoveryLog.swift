import NIOCore

/// The last events of one namespace, in order and without a gap: bounded in count, bytes and age (REC-05).
struct RecoveryLog {
    private(set) var entries = CircularBuffer<RecoveryEntry>()
    private var index = RecoveryIndex()
    private(set) var byteCount = 0
    /// The last position that was given.
    private(set) var head: UInt64 = 0
    /// The last position whose event is not kept any more.
    private(set) var dropped: UInt64 = 0
    /// The last shared place whose event is not kept, or was never heard of.
    private(set) var droppedShared = SharedPosition.start
    /// The last position when events of other nodes were last found to be missing: a place up to there says nothing of them.
    private var cut: UInt64?
    /// The last position of an event of this node that was dropped before its shared place was known.
    private(set) var droppedUnplaced: UInt64 = 0
    /// The last position of an event of this node whose shared place is known.
    private var placed: UInt64 = 0
    /// That place.
    private var placedShared = SharedPosition.start
    /// Positions of events of this node whose shared place is not known, or was not when this was last looked through.
    private var unplaced = CircularBuffer<UInt64>()

    /// The next event.
    /// - Parameters:
    ///   - epoch: of this buffer.
    ///   - limits: `nil` keeps nothing; positions go on all the same.
    ///   - read: how far this node has read what the nodes share.
    ///   - shared: where the event is among that.
    ///   - origin: where an event of another node is on its own.
    /// - Returns: the event in its place.
    mutating func append(
        _ broadcast: Broadcast, in epoch: UInt64, at now: NIODeadline, _ limits: RecoverySettings?, read: SharedPosition? = nil,
        shared: SharedPosition? = nil, origin: RecoveryOffset? = nil
    ) -> RecoveryEntry {
        if !broadcast.isVolatile { head &+= 1 }
        let place = RecoveryOffset(epoch: epoch, position: head, shared: read)
        let carried = broadcast.recovery == nil ? broadcast : broadcast.carrying(place)
        let entry = RecoveryEntry(carried, at: place, now, shared: shared, origin: origin)
        guard entry.isKept else { return entry }
        guard let limits else {
            forget(entry)
            return entry
        }
        entries.append(entry)
        index.append(entry.broadcast.target, at: entry.position)
        if read != nil, entry.isOwn { unplaced.append(entry.position) }
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
        for entry in entries { forget(entry) }
        entries.removeAll()
        index.removeAll()
        unplaced.removeAll()
        byteCount = 0
        dropped = head
    }

    private mutating func forget(_ entry: RecoveryEntry) {
        dropped = entry.position
        if let shared = entry.shared {
            droppedShared = max(droppedShared, shared)
        } else if entry.isShared {
            droppedUnplaced = max(droppedUnplaced, entry.position)
        }
    }

    /// Events up to a shared place may be missing.
    mutating func lacks(_ place: SharedPosition) { droppedShared = max(droppedShared, place) }

    /// Events up to a shared place went from what the nodes share before this node had read them.
    mutating func missed(_ place: SharedPosition) {
        lacks(place)
        cut = head
    }

    /// The shared place of an event of this node is known now.
    mutating func place(_ position: UInt64, at shared: SharedPosition, now: NIODeadline) {
        guard position <= head else { return }
        if position > placed {
            // An event before it was lost on its way to the others, and is not kept either.
            if droppedUnplaced > placed, droppedUnplaced < position { lacks(shared) }
            (placed, placedShared) = (position, shared)
        }
        defer { placeLost(at: now) }
        guard position > dropped else { return lacks(shared) }
        if let place = place(of: position) { entries[place].shared = shared }
    }

    /// Where an event is among the entries; `nil` if it is not kept.
    private func place(of position: UInt64) -> CircularBuffer<RecoveryEntry>.Index? {
        // Positions have no gaps.
        guard let offset = Int(exactly: position &- dropped &- 1), offset < entries.count else { return nil }
        return entries.index(entries.startIndex, offsetBy: offset)
    }

    /// The events that a session is meant by, in order.
    /// - Parameters:
    ///   - epoch: of this buffer.
    ///   - last: the last position that it has got.
    func entries(for session: RecoverySession, in epoch: UInt64, after last: UInt64 = 0) -> some Sequence<RecoveryEntry> {
        index.positions(for: session, after: last).lazy.compactMap { place(of: $0).map { entries[$0] } }.filter {
            $0.means(session, in: epoch)
        }
    }

    /// Whether everything behind one of these places is kept.
    func isWhole(behind got: [RecoveryOffset], in epoch: UInt64) -> Bool {
        if got.contains(where: { place in
            place.epoch == epoch && place.position >= dropped && cut.map { place.position > $0 } ?? true
        }) {
            return true
        }
        guard droppedUnplaced <= placed else { return false }
        return got.contains { offset in offset.shared.map { $0 >= droppedShared } ?? false }
    }

    /// Gives events that were lost on their way to the others a place.
    ///
    /// Such an event will not be among what the nodes share any more: what was sent after it has come from there. It stands where that stands,
    /// so a client that has got that gets nothing from before it now, which would be out of order.
    mutating func placeLost(at now: NIODeadline) {
        while let position = unplaced.first, position < placed {
            guard let place = place(of: position) else {
                unplaced.removeFirst()
                continue
            }
            if entries[place].shared == nil {
                guard now - entries[place].time > Self.overtaking else { return }
                entries[place].shared = placedShared
            }
            unplaced.removeFirst()
        }
    }

    /// For how long an event may be overtaken by one of another event loop, on its way out of this node.
    private static let overtaking: TimeAmount = .milliseconds(100)

    private mutating func dropFirst() {
        guard let first = entries.popFirst() else { return }
        byteCount &-= first.size
        index.removeFirst(first.broadcast.target, at: first.position)
        forget(first)
        if unplaced.first == first.position { unplaced.removeFirst() }
    }

    /// Nobody gets these events any more. Their places remain, so that there is no gap.
    mutating func withdraw(_ positions: Set<UInt64>) {
        for index in entries.indices where positions.contains(entries[index].position) { entries[index].isWithdrawn = true }
    }
}
