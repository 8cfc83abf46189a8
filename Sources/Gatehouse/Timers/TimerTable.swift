import NIOCore

/// The timers of a server, and when each is due. Pure: the time is passed in.
///
/// A timer waits or runs, never both, so its runs never overlap. The next run of a repeating timer is always a whole number of intervals
/// after its first one; what fell into a run that took longer is left out.
struct TimerTable<Body: Sendable>: Sendable {
    /// Names a timer as long as the server is there.
    typealias Number = UInt64

    /// A run that is to begin now.
    struct Run {
        let number: Number
        let body: Body
    }

    private struct Entry: Sendable {
        let body: Body
        /// `nil`: it runs once.
        let interval: TimeAmount?
        var due: NIODeadline
        var isRunning = false
    }

    private var last: Number = 0
    private var entries: [Number: Entry] = [:]
    private var queue = DueQueue()
    /// Timers that wait for their time.
    private(set) var waiting = 0

    init() {}

    /// Places in the queue, those of timers that are gone among them.
    var queued: Int { queue.count }

    /// - Parameter interval: from one run to the next; `nil` for a timer that runs once.
    mutating func add(_ body: Body, at due: NIODeadline, every interval: TimeAmount?) -> Number {
        last &+= 1
        entries[last] = Entry(body: body, interval: interval.map { max($0, .nanoseconds(1)) }, due: due)
        enqueue(last, due)
        return last
    }

    /// When the next timer is due; `nil` if none waits.
    var nextDue: NIODeadline? {
        mutating get {
            while let first = queue.first, !isWaiting(first) { queue.removeFirst() }
            return queue.first?.due
        }
    }

    /// Takes out what is due, the earliest first: it runs from here on, until ``ended(_:now:)``.
    mutating func takeDue(now: NIODeadline) -> [Run] {
        var runs: [Run] = []
        while let due = nextDue, due <= now, let first = queue.removeFirst(), let entry = entries[first.number] {
            entries[first.number]?.isRunning = true
            waiting -= 1
            runs.append(Run(number: first.number, body: entry.body))
        }
        return runs
    }

    /// A run has ended. A timer that repeats waits for its next time, one that does not is gone.
    /// - Returns: how many times fell into the run and are left out, and the body if the timer is gone.
    mutating func ended(_ number: Number, now: NIODeadline) -> (missed: Int64, gone: Body?) {
        guard let entry = entries[number], entry.isRunning else { return (0, nil) }
        guard let interval = entry.interval else { return (0, remove(number)) }
        let missed = max(0, (now - entry.due).nanoseconds / interval.nanoseconds)
        let (late, overflow) = (missed &+ 1).multipliedReportingOverflow(by: interval.nanoseconds)
        let due = overflow ? .distantFuture : entry.due + .nanoseconds(late)
        entries[number]?.isRunning = false
        entries[number]?.due = due
        enqueue(number, due)
        return (missed, nil)
    }

    /// The timer is gone; a run that has begun goes on.
    /// - Returns: its body, for the caller to let go of; `nil` if there is no such timer any more.
    mutating func remove(_ number: Number) -> Body? {
        guard let entry = entries.removeValue(forKey: number) else { return nil }
        if !entry.isRunning { waiting -= 1 }
        // Timers that are made and cancelled all the time must not fill the queue until their time would have come.
        if queue.count > 2 * waiting + 64 {
            queue = DueQueue(entries.filter { !$1.isRunning }.map { DueQueue.Item(due: $1.due, number: $0) })
        }
        return entry.body
    }

    /// All timers are gone; runs that have begun go on.
    /// - Returns: their bodies, for the caller to let go of.
    mutating func removeAll() -> [Body] {
        let bodies = entries.values.map(\.body)
        entries = [:]
        queue = DueQueue()
        waiting = 0
        return bodies
    }

    private mutating func enqueue(_ number: Number, _ due: NIODeadline) {
        queue.insert(DueQueue.Item(due: due, number: number))
        waiting += 1
    }

    private func isWaiting(_ item: DueQueue.Item) -> Bool {
        guard let entry = entries[item.number] else { return false }
        return !entry.isRunning && entry.due == item.due
    }
}
