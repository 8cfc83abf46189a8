import NIOCore

/// The events of one socket that wait for the handler of an earlier one (SIO-11: events of a socket are handled in arrival order).
/// It is bounded in number and, with the connection's other mailboxes, in bytes: reading from the connection stops when it is full and starts
/// again when half of it is free.
struct Mailbox {
    private var entries = CircularBuffer<IncomingPacket>(initialCapacity: 0)
    /// Whether a handler is running; only then is anything queued.
    var isBusy = false

    var count: Int { entries.count }
    /// What the entries hold.
    private(set) var byteCount = 0

    mutating func append(_ packet: IncomingPacket) {
        entries.append(packet.owned)
        byteCount &+= packet.heldBytes
    }

    mutating func next() -> IncomingPacket? {
        let packet = entries.popFirst()
        byteCount &-= packet?.heldBytes ?? 0
        return packet
    }

    mutating func removeAll() {
        entries.removeAll()
        byteCount = 0
    }
}
