import NIOCore
import SocketIO

/// What a namespace keeps of its rooms' events: bounded in events for each room, in age, and in bytes for all rooms (HIS-01).
struct RoomHistories {
    /// The bounds.
    struct Limits: Equatable {
        var size: Int
        var ttl: TimeAmount
        var bytes: Int
    }

    /// One event.
    struct Entry {
        let key: HistoryKey
        let time: NIODeadline
        /// Milliseconds since 1970.
        let wall: Int64
        let event: String
        /// `nil` once it is redacted.
        var packet: ClusterPacket?
        /// Rooms whose members it was kept from.
        let except: [String]
        /// Who may have it besides what rules say.
        let isFor: (@Sendable (Socket) -> Bool)?
        let size: Int

        var offset: UInt64 { key.offset }
    }

    private(set) var rooms: [String: CircularBuffer<Entry>] = [:]
    /// Every entry in the order of all. Those that are gone are skipped.
    private var order = CircularBuffer<(room: String, key: HistoryKey, time: NIODeadline)>()
    private(set) var byteCount = 0
    private(set) var count = 0
    /// The last place that was given.
    private(set) var head = HistoryKey(offset: 0, own: 0)

    /// Where an event is.
    enum Place {
        /// Behind the last one.
        case next
        /// Behind the last one that all nodes have; this node alone has it.
        case own
        /// There, on all nodes.
        case shared(UInt64)
    }

    /// Keeps an event of a room.
    mutating func append(
        _ packet: ClusterPacket, event: String, to room: String, except: [String], wall: Int64, at now: NIODeadline, _ limits: Limits,
        place: Place = .next, isFor: (@Sendable (Socket) -> Bool)? = nil
    ) {
        switch place {
        case .next: head = HistoryKey(offset: head.offset &+ 1, own: 0)
        case .own: head = HistoryKey(offset: head.offset, own: head.own &+ 1)
        // A clock that was set back, or more in a millisecond than an offset can tell apart.
        case .shared(let offset): head = HistoryKey(offset: max(offset, head.offset &+ 1), own: 0)
        }
        let size = packet.data.readableBytes &+ room.utf8.count &+ event.utf8.count &+ 160
        // Slices of the message would keep the whole buffer.
        var data = ByteBufferAllocator().buffer(capacity: packet.data.readableBytes)
        data.writeImmutableBuffer(packet.data)
        let entry = Entry(
            key: head, time: now, wall: wall, event: event, packet: ClusterPacket(data: data), except: except, isFor: isFor, size: size)
        rooms[room, default: CircularBuffer()].append(entry)
        order.append((room, head, now))
        byteCount &+= size
        count &+= 1
        while let known = rooms[room], known.count > limits.size, let oldest = known.first { removeFirst(of: room, if: oldest.key) }
        while byteCount > limits.bytes, let oldest = order.popFirst() { removeFirst(of: oldest.room, if: oldest.key) }
        expire(at: now, limits)
        if order.count > count &* 2 &+ 64 {
            let known = rooms
            order = order.filter { entry in known[entry.room]?.first.map { $0.key <= entry.key } ?? false }
        }
    }

    /// Drops what is too old.
    mutating func expire(at now: NIODeadline, _ limits: Limits) {
        while let oldest = order.first, now - oldest.time > limits.ttl {
            order.removeFirst()
            removeFirst(of: oldest.room, if: oldest.key)
        }
    }

    /// Forgets the rooms that are not kept any more.
    mutating func keep(_ isKept: (String) -> Bool) {
        for (room, entries) in rooms where !isKept(room) {
            byteCount &-= entries.reduce(0) { $0 &+ $1.size }
            count &-= entries.count
            rooms[room] = nil
        }
    }

    /// Takes the contents of the events that a closure names; their places remain.
    mutating func redact(in room: String, _ isMeant: (Entry) -> Bool) {
        guard var entries = rooms[room] else { return }
        for index in entries.indices where isMeant(entries[index]) { entries[index].packet = nil }
        rooms[room] = entries
    }

    /// The entries of a room go in order.
    private mutating func removeFirst(of room: String, if key: HistoryKey) {
        guard rooms[room]?.first?.key == key, let entry = rooms[room]?.popFirst() else { return }
        byteCount &-= entry.size
        count &-= 1
        if rooms[room]?.isEmpty == true { rooms[room] = nil }
    }
}
