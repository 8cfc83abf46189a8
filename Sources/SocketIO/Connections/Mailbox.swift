import NIOCore

/// The events of one socket that wait for the handler of an earlier one (SIO-11: events of a socket are handled in arrival order).
/// It is bounded: reading from the connection stops when it is full and starts again when half of it is free.
struct Mailbox {
    /// A right-sized copy of a message; the read buffer it came in is not pinned.
    struct Entry {
        let header: PacketHeader
        let text: ByteBuffer
        let attachments: [ByteBuffer]
    }

    private var entries = CircularBuffer<Entry>(initialCapacity: 0)
    /// Whether a handler is running; only then is anything queued.
    var isBusy = false

    var count: Int { entries.count }

    mutating func append(_ entry: Entry) { entries.append(entry) }

    mutating func next() -> Entry? { entries.popFirst() }

    mutating func removeAll() { entries.removeAll() }
}
