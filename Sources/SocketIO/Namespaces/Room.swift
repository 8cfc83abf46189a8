import GatehouseLiveObjects

/// The members that one event loop holds of a room. Bound to that loop.
package final class Room {
    package let name: String
    package private(set) var members: [Socket] = []

    private let mark: LiveMark?

    /// - Parameter live: where it is counted; `nil` for the list of all members of a namespace, which always exists.
    init(name: String, live: LiveObjects? = nil) {
        self.name = name
        mark = live.map { LiveMark($0, .rooms) }
    }

    /// - Returns: the index under which ``remove(at:)`` takes the member out again.
    func append(_ socket: Socket) -> Int {
        members.append(socket)
        return members.count - 1
    }

    /// Takes a member out by moving the last one into its place.
    /// - Returns: the moved member, whose index is now `index`.
    func remove(at index: Int) -> Socket? {
        guard members.indices.contains(index) else { return nil }
        let last = members.removeLast()
        guard index < members.count else { return nil }
        members[index] = last
        return last
    }
}

@available(*, unavailable)
extension Room: Sendable {}
