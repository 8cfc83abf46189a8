#if Redis
    /// What a node has sent to and taken from the others, since it started.
    struct ClusterCounters: Sendable {
        var published = 0
        var received = 0
        /// Messages that could not be read, or that ask for what no server may do, by reason.
        var refused: [String: Int] = [:]
        /// Requests of other nodes that were not taken, since too many were at work.
        var overLimit = 0

        mutating func refuse(_ reason: String) {
            // The reasons are our own words; a bound all the same.
            guard refused.count < 64 || refused[reason] != nil else { return }
            refused[reason, default: 0] &+= 1
        }
    }
#endif
