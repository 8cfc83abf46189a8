import NIOCore

/// Namespaces from which the server removed this connection lately (SIO-07). Bounded: the oldest is dropped first.
struct LeftNamespaces {
    private let capacity: Int
    private var entries: [(name: String, instant: NIODeadline)] = []

    /// - Parameter capacity: as many as a connection may be in at a time.
    init(capacity: Int) { self.capacity = capacity }

    mutating func insert(_ name: String, at now: NIODeadline) {
        remove(name)
        if entries.count >= capacity { entries.removeFirst() }
        entries.append((name, now))
    }

    mutating func remove(_ name: String) { entries.removeAll { $0.name == name } }

    func contains(_ name: String, at now: NIODeadline, grace: TimeAmount) -> Bool {
        entries.contains { $0.name == name && now - $0.instant < grace }
    }
}
