#if Redis
    /// The keys of the log of staff's acts in Redis.
    struct ActLogKeys: Sendable {
        /// The stream.
        let stream: String
        /// A hash: the name of the log, the position of the snapshot, how many parts it has, up to where entries were removed.
        let state: String
        /// Held by the node that makes a snapshot.
        let lock: String

        init(prefix: String) {
            stream = "\(prefix):gatehouse:acts"
            state = "\(stream):state"
            lock = "\(stream):lock"
        }

        /// A list: the parts of the snapshot at a position.
        func snapshot(_ position: String) -> String { "\(stream):snapshot:\(position)" }
    }
#endif
