package import NIOCore

/// Deadlines of one event loop behind one timer: a ring of buckets, each a doubly linked list through one array. Adding, moving and
/// removing cost the same for five entries and for fifty thousand, and nothing is allocated once the array has grown.
package struct DeadlineWheel<Element> {
    /// Names an entry until it is removed or has fired.
    package struct Handle: Hashable, Sendable {
        fileprivate let index: Int32
        fileprivate let generation: UInt32
    }

    private struct Node {
        var element: Element?
        var tick: Int64 = 0
        var next: Int32 = -1
        var previous: Int32 = -1
        /// The number of entries that this place has held, so that an old handle never reaches a new entry.
        var generation: UInt32 = 0
    }

    private let granularity: Int64
    private let mask: Int64
    private var buckets: [Int32]
    private var nodes: [Node] = []
    private var free: Int32 = -1
    private var current: Int64
    package private(set) var count = 0

    /// - Parameters:
    ///   - granularity: how exact deadlines are. A deadline never fires early, and at most this much late if `advance` is called often
    ///     enough.
    ///   - bucketCount: rounded up to a power of two.
    package init(granularity: TimeAmount, bucketCount: Int = 512, now: NIODeadline) {
        self.granularity = max(1, granularity.nanoseconds)
        var size: Int64 = 1
        while size < Int64(bucketCount) { size <<= 1 }
        mask = size &- 1
        buckets = Array(repeating: -1, count: Int(size))
        current = Int64(clamping: now.uptimeNanoseconds) / self.granularity
    }

    private func tick(_ deadline: NIODeadline) -> Int64 {
        let time = Int64(clamping: deadline.uptimeNanoseconds)
        return max(time / granularity &+ (time % granularity == 0 ? 0 : 1), current &+ 1)
    }

    package mutating func insert(_ element: Element, at deadline: NIODeadline) -> Handle {
        let index: Int32
        if free >= 0 {
            index = free
            free = nodes[Int(index)].next
            nodes[Int(index)].element = element
        } else {
            index = Int32(truncatingIfNeeded: nodes.count)
            nodes.append(Node(element: element))
        }
        link(index, tick: tick(deadline))
        count &+= 1
        return Handle(index: index, generation: nodes[Int(index)].generation)
    }

    /// Gives an entry another deadline.
    package mutating func move(_ handle: Handle, to deadline: NIODeadline) {
        guard isLive(handle) else { return }
        let tick = tick(deadline)
        guard nodes[Int(handle.index)].tick != tick else { return }
        unlink(handle.index)
        link(handle.index, tick: tick)
    }

    package mutating func remove(_ handle: Handle) {
        guard isLive(handle) else { return }
        unlink(handle.index)
        release(handle.index)
    }

    /// Removes every entry. Their handles become invalid.
    package mutating func removeAll() {
        for index in nodes.indices where nodes[index].element != nil {
            unlink(Int32(truncatingIfNeeded: index))
            release(Int32(truncatingIfNeeded: index))
        }
    }

    /// Whether time has passed since the last `advance`.
    package func isBehind(_ now: NIODeadline) -> Bool {
        Int64(clamping: now.uptimeNanoseconds) / granularity > current
    }

    /// Takes out what is due at `now`.
    /// - Parameter limit: the most entries to take; the rest stays for the next call.
    package mutating func advance(to now: NIODeadline, atMost limit: Int = .max) -> [Element] {
        let target = Int64(clamping: now.uptimeNanoseconds) / granularity
        guard target > current else { return [] }
        var due: [Element] = []
        // After a long pause each bucket is visited once, not once for every missed turn.
        var turn = max(current &+ 1, target &- mask)
        current = target
        while turn <= target {
            var index = buckets[Int(turn & mask)]
            while index >= 0 {
                guard due.count < limit else {
                    current = turn &- 1
                    return due
                }
                let node = nodes[Int(index)]
                if node.tick <= target, let element = node.element {
                    due.append(element)
                    unlink(index)
                    release(index)
                }
                index = node.next
            }
            turn &+= 1
        }
        return due
    }

    private func isLive(_ handle: Handle) -> Bool {
        guard nodes.indices.contains(Int(handle.index)) else { return false }
        let node = nodes[Int(handle.index)]
        return node.generation == handle.generation && node.element != nil
    }

    private mutating func link(_ index: Int32, tick: Int64) {
        let bucket = Int(tick & mask)
        let head = buckets[bucket]
        nodes[Int(index)].tick = tick
        nodes[Int(index)].previous = -1
        nodes[Int(index)].next = head
        if head >= 0 { nodes[Int(head)].previous = index }
        buckets[bucket] = index
    }

    private mutating func unlink(_ index: Int32) {
        let node = nodes[Int(index)]
        if node.previous >= 0 {
            nodes[Int(node.previous)].next = node.next
        } else {
            buckets[Int(node.tick & mask)] = node.next
        }
        if node.next >= 0 { nodes[Int(node.next)].previous = node.previous }
    }

    private mutating func release(_ index: Int32) {
        nodes[Int(index)].element = nil
        nodes[Int(index)].generation &+= 1
        nodes[Int(index)].next = free
        free = index
        count &-= 1
    }
}
