#if Redis
    package import NIOCore

    /// One entry of a stream.
    package struct RedisStreamEntry: Sendable, Equatable {
        package let id: String
        /// Names and values, in their order.
        package let fields: [(name: String, value: ByteBuffer)]

        package subscript(_ name: String) -> ByteBuffer? { fields.first { $0.name == name }?.value }

        package static func == (left: RedisStreamEntry, right: RedisStreamEntry) -> Bool {
            left.id == right.id && left.fields.elementsEqual(right.fields) { $0.name == $1.name && $0.value == $1.value }
        }

        /// `nil` for anything but `[id, [name, value, …]]`. An entry that was trimmed meanwhile has no fields.
        package init?(_ value: RedisValue) {
            guard let parts = value.array, parts.count == 2, let id = parts[0].text else { return nil }
            let flat = parts[1].array ?? []
            var fields: [(name: String, value: ByteBuffer)] = []
            var index = 0
            while index &+ 1 < flat.count {
                if let name = flat[index].text, let value = flat[index &+ 1].bytes { fields.append((name, value)) }
                index &+= 2
            }
            self.id = id
            self.fields = fields
        }

        /// The entries of a reply to XRANGE.
        package static func entries(_ value: RedisValue) -> [RedisStreamEntry] { (value.array ?? []).compactMap(RedisStreamEntry.init) }
    }

    /// Reads streams by XREAD BLOCK over a connection of its own, from where it was after each reconnect: nothing is missed as long as the
    /// streams keep it. Bound to one event loop.
    package final class RedisStreamReader: RedisRole {
        private let link: RedisLink
        private let options: RedisOptions
        private let streams: [String]
        private let most: Int
        /// Entries of the next read: fewer after a reply that was too large.
        private var count: Int
        private let block: TimeAmount
        /// The last id that was read of each stream. `$` until the first connection has told where its end is.
        package private(set) var positions: [String: String] = [:]
        private var unlocated: [String] = []
        /// Streams whose first entry is asked for.
        private var unsearched: [String] = []
        /// Whether Redis has still to tell the time.
        private var isUntimed = false
        private var time: UInt64?
        private var isReading = false
        private var asked = NIODeadline.now()
        package private(set) var lastRefusal: RedisError?
        /// Called with the entries of one stream, in their order.
        package var received: ((_ stream: String, _ entries: [RedisStreamEntry]) -> Void)?
        /// Called for each stream before reading begins or goes on: where it goes on, the first entry that the stream still has, and Redis'
        /// clock in milliseconds. Returns another place to go on from.
        package var located: ((_ position: String, _ oldest: String?, _ time: UInt64?) -> String?)?
        /// Called when reading has begun, and when the connection has gone.
        package var stateChanged: ((Bool) -> Void)?

        /// On the event loop.
        /// - Parameters:
        ///   - positions: where to begin; from the end, for streams that it does not name.
        ///   - count: entries of one reply.
        ///   - block: how long Redis waits for entries before it answers without any.
        package init(
            _ streams: [String], from positions: [String: String] = [:], count: Int = 100, block: TimeAmount = .seconds(5),
            _ address: RedisAddress, _ options: RedisOptions = RedisOptions(), on eventLoop: any EventLoop
        ) {
            link = RedisLink(address, options, on: eventLoop)
            self.options = options
            self.streams = streams
            self.positions = positions
            most = max(1, count)
            self.count = most
            self.block = block
            link.role = self
        }

        package var isReadingNow: Bool { isReading && link.isOpen }
        package var lastError: RedisError? { link.lastError ?? lastRefusal }
        package var connections: Int { link.connections }

        package func start() { link.start() }

        package func stop() { link.stop() }

        func opened() {
            asked = .now()
            // `$` would skip what comes between two reads, so the end is asked for once.
            unlocated = streams.filter { positions[$0] == nil }
            unsearched = streams
            isUntimed = true
            link.send(unlocated.map { RedisCommand("XREVRANGE", $0, "+", "-", "COUNT", "1") })
            link.send([RedisCommand("TIME")] + unsearched.map { RedisCommand("XRANGE", $0, "-", "+", "COUNT", "1") })
        }

        private func begin() {
            isReading = true
            stateChanged?(true)
            read()
        }

        private func read() {
            asked = .now()
            let milliseconds = max(1, block.nanoseconds / 1_000_000)
            let words = ["XREAD", "COUNT", String(count), "BLOCK", String(milliseconds), "STREAMS"]
            link.send([RedisCommand(words + streams + streams.map { positions[$0] ?? "$" })])
        }

        func received(_ reply: RedisValue) {
            if let text = reply.error {
                lastRefusal = RedisCommands.failure(text)
                return link.cut(RedisCommands.failure(text))
            }
            lastRefusal = nil
            if let stream = unlocated.first {
                unlocated.removeFirst()
                positions[stream] = RedisStreamEntry.entries(reply).first?.id ?? "0-0"
                return
            }
            if isUntimed {
                isUntimed = false
                let parts = reply.array?.compactMap { $0.text.flatMap { UInt64($0) } } ?? []
                time = parts.count == 2 ? parts[0] &* 1_000 &+ parts[1] / 1_000 : nil
                return
            }
            if let stream = unsearched.first {
                unsearched.removeFirst()
                if let other = located?(positions[stream] ?? "0-0", RedisStreamEntry.entries(reply).first?.id, time) {
                    positions[stream] = other
                }
                if unsearched.isEmpty { begin() }
                return
            }
            var isBehind = false
            for one in reply.array ?? [] {
                guard let parts = one.array, parts.count == 2, let stream = parts[0].text else { continue }
                let entries = RedisStreamEntry.entries(parts[1])
                guard let last = entries.last else { continue }
                positions[stream] = last.id
                isBehind = isBehind || entries.count >= count
                received?(stream, entries)
            }
            // As many as ever once the large ones are read.
            if !isBehind { count = most }
            read()
        }

        func failed() { stateChanged?(false) }

        func closed(_ error: RedisError) {
            let was = isReading
            isReading = false
            // Large entries in a row: the same read would fail again.
            if error.code == .malformed { count = max(1, count / 2) }
            if was { stateChanged?(false) }
        }

        func isStalled(at now: NIODeadline) -> Bool { now - asked >= block + options.timeout }
    }

    @available(*, unavailable)
    extension RedisStreamReader: Sendable {}
#endif
