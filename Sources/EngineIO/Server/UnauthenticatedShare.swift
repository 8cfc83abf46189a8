import NIOCore

/// The connections and polling sessions of a node that have shown no token yet, in the order they came (SEC-A). When their share is full
/// the oldest makes room for a newcomer: a client needs only a moment to authenticate, and the oldest has had it.
///
/// Pure: the caller tells the one that makes room.
struct UnauthenticatedShare {
    /// Names one place in the share; never used again.
    typealias Place = UInt64
    /// Closes the holder of the place, on its own event loop.
    typealias Leave = @Sendable () -> Void

    private var taken: [Place: Leave] = [:]
    /// Places in the order they were taken, returned ones included.
    private var order = CircularBuffer<Place>(initialCapacity: 0)
    private var next: Place = 0

    var count: Int { taken.count }

    mutating func take(_ leave: @escaping Leave) -> Place {
        next &+= 1
        taken[next] = leave
        order.append(next)
        if order.count > 64, order.count > 2 &* taken.count { removeGivenBack() }
        return next
    }

    mutating func giveBack(_ place: Place) { taken[place] = nil }

    /// Returns the oldest place.
    /// - Parameter newcomer: a place of the newcomer itself, which it keeps.
    /// - Returns: `nil` if there is no other.
    mutating func makeRoom(for newcomer: Place?) -> Leave? {
        var own: Place?
        defer { if let own { order.prepend(own) } }
        while let place = order.popFirst() {
            if place == newcomer {
                own = place
            } else if let leave = taken.removeValue(forKey: place) {
                return leave
            }
        }
        return nil
    }

    private mutating func removeGivenBack() {
        order = CircularBuffer(order.filter { taken[$0] != nil })
    }
}
