#if Redis
    import NIOCore

    /// What a connection is used for: commands, subscriptions, or blocking reads. Called on its event loop.
    protocol RedisRole: AnyObject {
        /// A connection is there, and Redis knows who it talks to.
        func opened()
        func received(_ reply: RedisValue)
        /// An attempt to connect has failed; the link knows why, and tries again.
        func failed()
        /// The connection has ended after ``opened()``. Another is being made, unless the link was stopped.
        func closed(_ error: RedisError)
        /// Called once a second: whether the connection has been silent for too long.
        func isStalled(at now: NIODeadline) -> Bool
    }
#endif
