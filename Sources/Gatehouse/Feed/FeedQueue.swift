import NIOCore

/// The items that one subscriber has not got yet, bounded in number and in bytes (MOD-30): the oldest make way, and the next one that goes
/// out tells how many. A value without I/O; ``FeedSubscriber`` guards it.
struct FeedQueue {
    static let most = 2_048
    static let mostBytes = 1 << 20

    private let limit: Int
    private let byteLimit: Int
    private var items = CircularBuffer<FeedNote>()
    private(set) var byteCount = 0
    /// How many were dropped since an item last went out.
    private(set) var dropped: UInt64 = 0

    init(limit: Int = Self.most, bytes: Int = Self.mostBytes) {
        self.limit = limit
        byteLimit = bytes
    }

    var count: Int { items.count }

    mutating func append(_ note: FeedNote) {
        items.append(note)
        byteCount += note.byteCount
        while items.count > limit || byteCount > byteLimit, let oldest = items.popFirst() {
            byteCount -= oldest.byteCount
            dropped &+= 1
        }
    }

    /// Takes the oldest items, at least one if there is one, at most about `bytes` of them.
    mutating func take(_ most: Int, bytes: Int) -> [FeedEntry] {
        var taken: [FeedEntry] = []
        var left = bytes
        while taken.count < most, left > 0, let note = items.popFirst() {
            byteCount -= note.byteCount
            left -= note.byteCount
            taken.append(FeedEntry(note: note, dropped: dropped))
            dropped = 0
        }
        return taken
    }

    mutating func removeAll(of topic: FeedTopic) {
        items.removeAll { $0.item.topic == topic }
        byteCount = items.reduce(0) { $0 + $1.byteCount }
    }
}
