#if Redis
    package import NIOCore

    /// Commands over one connection. Bound to one event loop; nothing here waits.
    ///
    /// What is asked while Redis is away fails at once. What is only posted waits in a bounded buffer, and what does not fit is dropped and
    /// counted. A command whose connection ends before its answer is never repeated: it may have been carried out.
    package final class RedisCommands: RedisRole {
        private struct Pending {
            let sent: NIODeadline
            /// `nil` for a command that nobody waits for.
            let promise: EventLoopPromise<RedisValue>?
        }

        private let link: RedisLink
        private let options: RedisOptions
        private var pending = CircularBuffer<Pending>()
        private var waiting: WaitingCommands
        private var lastAnswer = NIODeadline.now()
        /// Posted commands whose connection ended before they were answered.
        package private(set) var unanswered = 0
        /// Posted commands that Redis answered with an error.
        package private(set) var refused = 0
        /// The last such error.
        package private(set) var lastRefusal: String?
        /// Told when a connection is there, and when it has gone.
        package var stateChanged: ((Bool) -> Void)?

        /// On the event loop.
        package init(_ address: RedisAddress, _ options: RedisOptions = RedisOptions(), on eventLoop: any EventLoop) {
            link = RedisLink(address, options, on: eventLoop)
            self.options = options
            waiting = WaitingCommands(limit: options.waitingCommands, byteLimit: options.waitingBytes)
            link.role = self
        }

        package var isOpen: Bool { link.isOpen }
        /// Why there is no connection now.
        package var lastError: RedisError? { link.lastError }
        /// How often a connection was made.
        package var connections: Int { link.connections }
        /// Posted commands that wait for Redis, and their bytes.
        package var backlog: (commands: Int, bytes: Int) { (waiting.count, waiting.byteCount) }
        /// Posted commands that did not fit into the backlog.
        package var dropped: Int { waiting.dropped }

        package func start() { link.start() }

        package func stop() {
            link.stop()
            waiting.removeAll()
            fail(RedisError(.stopped, "The connection to Redis has been stopped."))
        }

        /// Sends a command and gives its answer; an error that Redis answers with is a failure too.
        package func ask(_ command: RedisCommand) -> EventLoopFuture<RedisValue> {
            guard link.isOpen else {
                let cause = link.lastError
                return link.eventLoop.makeFailedFuture(RedisError(.away, "There is no connection to Redis now.", cause: cause))
            }
            let promise = link.eventLoop.makePromise(of: RedisValue.self)
            send(command, promise)
            return promise.futureResult
        }

        /// Sends a command whose answer nobody waits for, now or when Redis is back. Order is kept.
        package func post(_ command: RedisCommand) {
            if waiting.isEmpty, link.isWritable {
                send(command, nil)
            } else {
                _ = waiting.append(command)
            }
        }

        private func send(_ command: RedisCommand, _ promise: EventLoopPromise<RedisValue>?) {
            if pending.isEmpty { lastAnswer = .now() }
            pending.append(Pending(sent: .now(), promise: promise))
            link.send([command])
        }

        /// Sends what waits, as far as the connection takes it.
        private func drain() {
            while link.isWritable, let command = waiting.popFirst() { send(command, nil) }
        }

        private func fail(_ error: RedisError) {
            let lost = pending
            pending.removeAll()
            for one in lost {
                if let promise = one.promise { promise.fail(error) } else { unanswered &+= 1 }
            }
        }

        // MARK: RedisRole

        func opened() {
            lastAnswer = .now()
            drain()
            stateChanged?(true)
        }

        func received(_ reply: RedisValue) {
            lastAnswer = .now()
            guard let first = pending.popFirst() else { return link.cut(RedisError(.malformed, "Redis answered what nobody asked.")) }
            if let text = reply.error {
                if let promise = first.promise {
                    promise.fail(Self.failure(text))
                } else {
                    refused &+= 1
                    lastRefusal = String(text.prefix(200))
                }
            } else {
                first.promise?.succeed(reply)
            }
            drain()
        }

        static func failure(_ text: String) -> RedisError {
            if text.hasPrefix("MOVED ") || text.hasPrefix("ASK ") || text.hasPrefix("CLUSTERDOWN") {
                return RedisError(
                    .unsupported,
                    "This is a node of a Redis Cluster, which Gatehouse does not follow: name a Redis that holds all keys. (\(text.prefix(100)))"
                )
            }
            return RedisError(.answer, "Redis answered: \(text.prefix(200))")
        }

        func failed() { stateChanged?(false) }

        func closed(_ error: RedisError) {
            fail(RedisError(.lost, "The connection to Redis ended before the answer.", cause: error))
            stateChanged?(false)
        }

        func isStalled(at now: NIODeadline) -> Bool {
            guard let first = pending.first else {
                // An idle connection is asked now and then, so that a dead one is found before it is needed.
                if now - lastAnswer >= options.pingInterval { send(RedisCommand("PING"), link.eventLoop.makePromise()) }
                return false
            }
            return now - max(first.sent, lastAnswer) >= options.timeout
        }
    }

    @available(*, unavailable)
    extension RedisCommands: Sendable {}
#endif
