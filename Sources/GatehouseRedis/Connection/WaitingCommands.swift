#if Redis
    import NIOCore

    /// Commands that nobody waits for, kept while Redis is away, in order, within bounds of number and bytes (CLU-03).
    struct WaitingCommands {
        let limit: Int
        let byteLimit: Int
        private var commands: [RedisCommand] = []
        private var head = 0
        private(set) var byteCount = 0
        /// Those that did not fit.
        private(set) var dropped = 0

        init(limit: Int, byteLimit: Int) {
            self.limit = limit
            self.byteLimit = byteLimit
        }

        var count: Int { commands.count &- head }

        var isEmpty: Bool { count == 0 }

        /// - Returns: false if it does not fit, and is dropped and counted: what is kept stays whole and in order.
        mutating func append(_ command: RedisCommand) -> Bool {
            guard count < limit, byteCount &+ command.byteCount <= byteLimit else {
                dropped &+= 1
                return false
            }
            byteCount &+= command.byteCount
            commands.append(command)
            return true
        }

        mutating func popFirst() -> RedisCommand? {
            guard commands.indices.contains(head) else { return nil }
            let command = commands[head]
            head &+= 1
            byteCount &-= command.byteCount
            // The head is cut off now and then, not each time.
            if head == commands.count || head >= 1_024 {
                commands.removeFirst(head)
                head = 0
            }
            return command
        }

        mutating func removeAll() {
            commands = []
            head = 0
            byteCount = 0
        }
    }
#endif
