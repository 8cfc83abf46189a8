import NIOCore

/// Numbers in the order of their times: a binary heap. Pure.
struct DueQueue: Sendable {
    struct Item: Comparable, Sendable {
        let due: NIODeadline
        let number: UInt64

        /// Of two at the same time the older number comes first.
        static func < (one: Item, other: Item) -> Bool { (one.due, one.number) < (other.due, other.number) }
    }

    private var items: [Item] = []

    init() {}

    init(_ items: [Item]) {
        // A sorted array is a heap.
        self.items = items.sorted()
    }

    var count: Int { items.count }

    var first: Item? { items.first }

    mutating func insert(_ item: Item) {
        items.append(item)
        var place = items.count - 1
        while place > 0, items[place] < items[(place - 1) / 2] {
            items.swapAt(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
    }

    @discardableResult
    mutating func removeFirst() -> Item? {
        guard let first = items.first, let last = items.popLast() else { return nil }
        guard !items.isEmpty else { return first }
        items[0] = last
        var place = 0
        while let least = (2 * place + 1...2 * place + 2).filter({ $0 < items.count }).min(by: { items[$0] < items[$1] }),
            items[least] < items[place]
        {
            items.swapAt(place, least)
            place = least
        }
        return first
    }
}
