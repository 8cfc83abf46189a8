import NIOCore

/// Events that were not read yet, and waiters whose event has not come yet; never both for one namespace and name.
struct Inbox {
    struct Key: Hashable {
        var namespace: String
        var name: String
    }

    enum Delivery: Equatable {
        case asker(Int)
        case kept
        case full
    }

    let limit: Int
    private(set) var count = 0
    private var kept: [Key: CircularBuffer<ReceivedEvent>] = [:]
    private var askers: [Key: CircularBuffer<Int>] = [:]

    init(limit: Int) { self.limit = limit }

    /// Gives an event to the earliest waiter, or keeps it.
    mutating func receive(_ event: ReceivedEvent) -> Delivery {
        let key = Key(namespace: event.namespace, name: event.name)
        if let asker = askers[key]?.popFirst() {
            if askers[key]?.isEmpty == true { askers[key] = nil }
            return .asker(asker)
        }
        guard count < limit else { return .full }
        kept[key, default: []].append(event)
        count += 1
        return .kept
    }

    /// The earliest kept event, if there is one.
    mutating func take(_ key: Key) -> ReceivedEvent? {
        guard let event = kept[key]?.popFirst() else { return nil }
        if kept[key]?.isEmpty == true { kept[key] = nil }
        count -= 1
        return event
    }

    /// Adds a waiter; there must be no kept event for the key.
    mutating func ask(_ key: Key, asker: Int) {
        askers[key, default: []].append(asker)
    }

    mutating func forget(asker: Int, of key: Key) {
        askers[key]?.removeAll { $0 == asker }
        if askers[key]?.isEmpty == true { askers[key] = nil }
    }
}
