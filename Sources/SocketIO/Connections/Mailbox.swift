import NIOCore

/// The events of one socket that wait for the handler of an earlier one (SIO-11: events of a socket are handled in arrival order).
/// It is bounded in number and, with the connection's other mailboxes, in bytes: reading from the connection stops when it is full and starts
/// again when half of it is free.
struct Mailbox {
    /// A right-sized copy of a message; the read buffer it came in is not pinned.
    struct Entry {
        let header: PacketHeader
        let text: ByteBuffer
        let attachments: [ByteBuffer]

        var byteCount: Int { attachments.reduce(text.readableBytes) { $0 &+ $1.readableBytes } }
    }

    private var entries = CircularBuffer<Entry>(initialCapacity: 0)
    /// Whether a handler is running; only then is anything queued.
    var isBusy = false

    var count: Int { entries.count }
    /// What the entries hold.
    private(set) var byteCount = 0

    mutating func append(_ entry: Entry) {
        entries.append(entry)
        byteCount &+= entry.byteCount
    }

    mutating func next() -> Entry? {
        let entry = entries.popFirst()
        byteCount &-= entry?.byteCount ?? 0
        return entry
    }

    mutating func removeAll() {
        entries.removeAll()
        byteCount = 0
    }
}
