#if Redis
    package import NIOCore

    /// How long to wait before the next attempt: it doubles from attempt to attempt up to a limit, and is spread, so that many nodes do not come
    /// back at the same time (CLU-03).
    package struct ReconnectDelay: Sendable {
        package var first: TimeAmount = .milliseconds(100)
        package var longest: TimeAmount = .seconds(5)
        private var attempts = 0

        package init(first: TimeAmount = .milliseconds(100), longest: TimeAmount = .seconds(5)) {
            self.first = first
            self.longest = longest
        }

        /// The wait before the next attempt.
        /// - Parameter random: between 0 and 1; the wait is between half of the full one and the full one.
        package mutating func next(random: Double) -> TimeAmount {
            var full = first.nanoseconds
            for _ in 0..<min(attempts, 32) where full < longest.nanoseconds { full = full &* 2 }
            full = min(full, longest.nanoseconds)
            attempts &+= 1
            let share = 0.5 + 0.5 * min(max(random, 0), 1)
            return .nanoseconds(Int64(Double(full) * share))
        }

        /// A connection has lasted: the next wait is the shortest again.
        package mutating func reset() { attempts = 0 }
    }
#endif
