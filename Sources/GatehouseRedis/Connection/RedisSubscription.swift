#if Redis
    package import NIOCore

    /// Pub/Sub over one connection: what is subscribed is subscribed again on each new connection. Bound to one event loop.
    package final class RedisSubscription: RedisRole {
        /// How a channel is listened to.
        package enum Kind: String, Sendable, CaseIterable {
            case channel = "SUBSCRIBE"
            case pattern = "PSUBSCRIBE"
            case shard = "SSUBSCRIBE"

            fileprivate var opposite: String {
                switch self {
                case .channel: "UNSUBSCRIBE"
                case .pattern: "PUNSUBSCRIBE"
                case .shard: "SUNSUBSCRIBE"
                }
            }
        }

        private let link: RedisLink
        private let options: RedisOptions
        private var wanted: [Kind: Set<String>] = [:]
        /// Confirmations that Redis still owes; each name of a command brings one.
        private var unconfirmed = 0
        private var lastWord = NIODeadline.now()
        private var asked: NIODeadline?
        /// Called with each message: its channel and its bytes.
        package var received: ((_ channel: ByteBuffer, _ message: ByteBuffer) -> Void)?
        /// Called when all wanted channels are subscribed, and when the connection has gone: messages in between are lost.
        package var stateChanged: ((Bool) -> Void)?
        /// The last error that Redis answered a subscription with.
        package private(set) var lastRefusal: RedisError?
        package private(set) var isComplete = false

        /// On the event loop.
        package init(_ address: RedisAddress, _ options: RedisOptions = RedisOptions(), on eventLoop: any EventLoop) {
            link = RedisLink(address, options, on: eventLoop)
            self.options = options
            link.role = self
        }

        package var lastError: RedisError? { link.lastError ?? lastRefusal }
        package var connections: Int { link.connections }

        package func start() { link.start() }

        package func stop() { link.stop() }

        package func subscribe(_ names: [String], as kind: Kind = .channel) {
            let new = names.filter { wanted[kind, default: []].insert($0).inserted }
            send(new, kind)
        }

        package func unsubscribe(_ names: [String], as kind: Kind = .channel) {
            let old = names.filter { wanted[kind, default: []].remove($0) != nil }
            guard link.isOpen, !old.isEmpty else { return }
            // In a cluster each shard channel has its own slot, so each is a command of its own.
            if kind == .shard {
                link.send(old.map { RedisCommand(kind.opposite, $0) })
            } else {
                link.send([RedisCommand([kind.opposite] + old)])
            }
        }

        private func send(_ names: [String], _ kind: Kind) {
            guard link.isOpen, !names.isEmpty else { return }
            unconfirmed &+= names.count
            if kind == .shard {
                link.send(names.map { RedisCommand(kind.rawValue, $0) })
            } else {
                link.send([RedisCommand([kind.rawValue] + names)])
            }
        }

        // MARK: RedisRole

        func opened() {
            unconfirmed = 0
            asked = nil
            lastWord = .now()
            lastRefusal = nil
            for kind in Kind.allCases { send((wanted[kind] ?? []).sorted(), kind) }
            completeIfConfirmed()
        }

        private func completeIfConfirmed() {
            guard unconfirmed == 0, !isComplete, lastRefusal == nil else { return }
            isComplete = true
            stateChanged?(true)
        }

        func received(_ reply: RedisValue) {
            lastWord = .now()
            asked = nil
            if let text = reply.error {
                lastRefusal = RedisCommands.failure(text)
                return link.cut(RedisCommands.failure(text))
            }
            guard let parts = reply.array, let word = parts.first?.text else { return }
            switch (word, parts.count) {
            case ("message", 3), ("smessage", 3):
                if let channel = parts[1].bytes, let message = parts[2].bytes { received?(channel, message) }
            case ("pmessage", 4):
                if let channel = parts[2].bytes, let message = parts[3].bytes { received?(channel, message) }
            case ("subscribe", 3), ("psubscribe", 3), ("ssubscribe", 3):
                unconfirmed = max(0, unconfirmed &- 1)
                completeIfConfirmed()
            default: break
            }
        }

        func failed() { stateChanged?(false) }

        func closed(_ error: RedisError) {
            let was = isComplete
            isComplete = false
            if was { stateChanged?(false) }
        }

        func isStalled(at now: NIODeadline) -> Bool {
            if let asked { return now - asked >= options.timeout }
            if now - lastWord >= options.pingInterval {
                asked = now
                link.send([RedisCommand("PING")])
            }
            return false
        }
    }

    @available(*, unavailable)
    extension RedisSubscription: Sendable {}
#endif
