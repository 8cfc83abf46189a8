#if Redis
    /// Bounds on what a Redis server may send (CLU-04). Arrays have 65,536 items at most, and hiredis nests seven deep.
    package struct RESPLimits: Sendable {
        /// The largest reply, in bytes on the wire, its parts together.
        package var replyBytes = 64 * 1_024 * 1_024
        /// Replies that are dealt with before the event loop does other work.
        package var repliesPerTurn = 256

        package init() {}
    }
#endif
