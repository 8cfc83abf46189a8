import NIOCore

/// Events that came and were not asked for yet, and askers whose event has not come yet: for one namespace and name never both.
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

    /// Finds who gets an event that came, the earliest asker first; or keeps the event.
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

    /// Puts an asker into the line; nothing must be kept for the key.
    mutating func ask(_ key: Key, asker: Int) {
        askers[key, default: []].append(asker)
    }

    mutating func forget(asker: Int, of key: Key) {
        askers[key]?.removeAll { $0 == asker }
        if askers[key]?.isEmpty == true { askers[key] = nil }
    }
}
