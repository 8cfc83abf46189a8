/// A bounded map that drops the least recently used entry. Every operation takes constant time; the order is a ring of indices, so that
/// nothing is allocated once it is full.
struct LeastRecentlyUsed<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Node: Sendable {
        var key: Key
        var value: Value
        var newer: Int
        var older: Int
    }

    let capacity: Int
    private var nodes: [Node] = []
    private var places: [Key: Int] = [:]
    private var newest = 0

    var count: Int { nodes.count }

    /// A capacity below one keeps nothing.
    init(capacity: Int) { self.capacity = max(0, capacity) }

    /// The value of `key`, which becomes the newest.
    mutating func value(for key: Key) -> Value? {
        guard let place = places[key] else { return nil }
        makeNewest(place)
        return nodes[place].value
    }

    mutating func insert(_ value: Value, for key: Key) {
        guard capacity > 0 else { return }
        if let place = places[key] {
            nodes[place].value = value
            makeNewest(place)
        } else if nodes.count < capacity {
            let place = nodes.count
            nodes.append(Node(key: key, value: value, newer: place, older: place))
            places[key] = place
            if place == 0 { newest = 0 } else { link(place) }
        } else {
            // The ring closes: what is newer than the newest is the oldest, and it makes room where it is.
            let place = nodes[newest].newer
            places[nodes[place].key] = nil
            nodes[place].key = key
            nodes[place].value = value
            places[key] = place
            newest = place
        }
    }

    mutating func remove(_ key: Key) {
        guard let place = places.removeValue(forKey: key) else { return }
        unlink(place)
        let last = nodes.count - 1
        if newest == place { newest = nodes[place].older }
        if place != last {
            let moved = nodes[last]
            nodes[place] = moved
            // A ring of one points at itself, under its old place.
            nodes[place].newer = moved.newer == last ? place : moved.newer
            nodes[place].older = moved.older == last ? place : moved.older
            nodes[nodes[place].newer].older = place
            nodes[nodes[place].older].newer = place
            places[moved.key] = place
            if newest == last { newest = place }
        }
        nodes.removeLast()
    }

    mutating func removeAll() {
        nodes.removeAll()
        places.removeAll()
        newest = 0
    }

    private mutating func makeNewest(_ place: Int) {
        guard place != newest else { return }
        unlink(place)
        link(place)
    }

    private mutating func unlink(_ place: Int) {
        let node = nodes[place]
        nodes[node.older].newer = node.newer
        nodes[node.newer].older = node.older
    }

    /// Puts a loose node between the newest and the oldest.
    private mutating func link(_ place: Int) {
        let oldest = nodes[newest].newer
        nodes[place].older = newest
        nodes[place].newer = oldest
        nodes[newest].newer = place
        nodes[oldest].older = place
        newest = place
    }
}
