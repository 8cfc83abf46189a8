import EngineIO
import GatehouseJSON
import GatehousePolicy
import NIOConcurrencyHelpers
package import NIOCore
package import SocketIO

/// The histories of all namespaces whose policies keep one, in memory (HIS-01). Nothing of it is in the audit log (HIS-04). Any thread.
package final class HistoryStore: BroadcastRecorder {
    /// What one policy says, with its patterns compiled.
    private struct Rules {
        let policy: HistoryPolicy
        let rooms: NameMatcher
        let events: NameMatcher

        init(_ policy: HistoryPolicy) {
            self.policy = policy
            rooms = NameMatcher(policy.rooms)
            events = NameMatcher(policy.events, orAllIfNone: true)
        }

        var limits: RoomHistories.Limits {
            RoomHistories.Limits(size: policy.size, ttl: .nanoseconds(policy.ttl), bytes: Int(clamping: policy.bytes))
        }
    }

    private struct State {
        var generation: UInt64 = 0
        /// By the index of the namespace's declaration.
        var rules: [Int: Rules] = [:]
        /// By the name of the namespace. Those of a pattern are as many as `namespaceLimit`.
        var namespaces: [String: (index: Int, histories: RoomHistories)] = [:]
        /// Whether places are those of all nodes.
        var isShared = false
    }

    private let state = NIOLockedValueBox(State())
    private let epoch = Bits128.random().high
    private let now: @Sendable () -> NIODeadline
    private let wall: @Sendable () -> Int64
    /// How many namespaces have a history.
    private static let namespaceLimit = 4_096

    init(now: @escaping @Sendable () -> NIODeadline, wall: @escaping @Sendable () -> Int64) {
        self.now = now
        self.wall = wall
    }

    /// From now on places are those of all nodes of the cluster. Before the first event.
    package func share() { state.withLockedValue { $0.isShared = true } }

    /// What is kept now.
    package struct Counts: Sendable {
        package var events = 0
        package var bytes = 0
    }

    package var counts: Counts {
        state.withLockedValue { state in
            state.namespaces.values.reduce(into: Counts()) {
                $0.events += $1.histories.count
                $0.bytes += $1.histories.byteCount
            }
        }
    }

    /// Puts the policies of a generation in force; older ones change nothing. What they do not keep any more is forgotten.
    /// - Parameter policies: by the index of the namespace's declaration.
    /// - Returns: whether any history is kept.
    func configure(_ policies: [Int: HistoryPolicy], generation: UInt64) -> Bool {
        state.withLockedValue { state in
            guard generation >= state.generation else { return !state.rules.isEmpty }
            state.generation = generation
            if state.rules.mapValues(\.policy) != policies {
                state.rules = policies.mapValues(Rules.init)
                for (name, one) in state.namespaces {
                    guard let rules = state.rules[one.index] else {
                        state.namespaces[name] = nil
                        continue
                    }
                    state.namespaces[name]?.histories.keep(rules.rooms.matches)
                }
            }
            return !policies.isEmpty
        }
    }

    /// Drops what is too old, also where nothing happens.
    /// - Returns: whether anything is left.
    func sweep() -> Bool {
        let now = now()
        return state.withLockedValue { state in
            for name in state.namespaces.keys {
                guard let index = state.namespaces[name]?.index, let limits = state.rules[index]?.limits else { continue }
                state.namespaces[name]?.histories.expire(at: now, limits)
            }
            return state.namespaces.values.contains { $0.histories.count > 0 }
        }
    }

    // MARK: BroadcastRecorder

    package func record(_ broadcast: Broadcast, at place: SharedPosition?, age: TimeAmount) {
        let rooms = broadcast.target.rooms
        guard !rooms.isEmpty, !broadcast.isVolatile, !broadcast.isSystem, !broadcast.message.hasAttachments,
            broadcast.event != BuiltInEvent.presenceChanges
        else { return }
        let index = broadcast.namespace.index
        guard let rules = state.withLockedValue({ $0.rules[index] }), rules.events.matches(broadcast.event) else { return }
        // A room may be named twice.
        var named: Set<String> = []
        let kept = rooms.filter { rules.rooms.matches($0) && named.insert($0).inserted }
        guard !kept.isEmpty, let packet = ClusterPacket(broadcast) else { return }
        // All nodes tell the same time of it.
        let (now, wall, name) = (now() - age, place.map { Int64(clamping: $0.time) } ?? wall(), broadcast.namespace.namespace.name)
        state.withLockedValue { state in
            guard state.rules[index] != nil, state.namespaces[name] != nil || state.namespaces.count < Self.namespaceLimit else { return }
            let key: RoomHistories.Place =
                if let place { .shared(HistoryKey.offset(of: place)) } else if state.isShared { .own } else { .next }
            for room in kept {
                state.namespaces[name, default: (index, RoomHistories())].histories.append(
                    packet, event: broadcast.event, to: room, except: broadcast.target.except, wall: wall, at: now, rules.limits,
                    place: key,
                    isFor: broadcast.isFor)
            }
        }
    }

    package func redact(_ messageID: String, in room: String, of namespace: NamespaceDefinition) {
        let name = namespace.namespace.name
        let (entries, pointer) = state.withLockedValue {
            ($0.namespaces[name]?.histories.rooms[room], $0.rules[namespace.index]?.policy.idAt)
        }
        // Parsed outside of the lock.
        let keys = Set((entries ?? []).filter { $0.packet?.isNamed(messageID, at: pointer) == true }.map(\.key))
        guard !keys.isEmpty else { return }
        state.withLockedValue { $0.namespaces[name]?.histories.redact(in: room) { keys.contains($0.key) } }
    }

    // MARK: Reading

    /// Where a page ends.
    enum Bound {
        case newest
        case before(HistoryKey)
        /// No place in this history: it is of an earlier start, or none at all.
        case unknown
    }

    func bound(_ id: String?) -> Bound {
        guard let id else { return .newest }
        guard let bits = Bits128(id) else { return .unknown }
        if state.withLockedValue({ $0.isShared }) { return .before(HistoryKey(offset: bits.low, own: bits.high)) }
        return bits.high == epoch ? .before(HistoryKey(offset: bits.low, own: 0)) : .unknown
    }

    /// The newest events of a room before a bound.
    /// - Parameters:
    ///   - isFor: whether the reader may have an event; asked outside of the lock.
    ///   - bytes: how much a page may hold, beyond its first event.
    /// - Returns: `nil` where no history is kept of the room.
    func page(
        of room: String, in namespace: NamespaceDefinition, last count: Int, before bound: HistoryKey?, bytes: Int,
        _ isFor: (RoomHistories.Entry) -> Bool
    ) -> HistoryPage? {
        let (name, now) = (namespace.namespace.name, now())
        let (entries, isShared): (CircularBuffer<RoomHistories.Entry>?, Bool) = state.withLockedValue { state in
            guard let rules = state.rules[namespace.index], rules.rooms.matches(room) else { return (nil, false) }
            state.namespaces[name]?.histories.expire(at: now, rules.limits)
            return (state.namespaces[name]?.histories.rooms[room] ?? CircularBuffer(), state.isShared)
        }
        guard let entries else { return nil }
        var events: [HistoryEvent] = []
        var size = 0
        for entry in entries.reversed() where bound.map({ entry.key < $0 }) ?? true {
            guard isFor(entry) else { continue }
            size += entry.size
            guard events.count < count, events.isEmpty || size <= bytes else {
                return HistoryPage(events: events.reversed(), hasMore: true)
            }
            events.append(event(entry, isShared))
        }
        return HistoryPage(events: events.reversed(), hasMore: false)
    }

    private func event(_ entry: RoomHistories.Entry, _ isShared: Bool) -> HistoryEvent {
        let array = entry.packet.flatMap { try? JSONValue(parsing: $0.data, limits: .maximum) }?.arrayValue
        return HistoryEvent(
            // Places of a cluster go on after each start.
            id: Bits128(high: isShared ? entry.key.own : epoch, low: entry.offset).description,
            position: HistoryPosition(epoch: Bits128(high: 0, low: isShared ? 0 : epoch).description, offset: entry.offset),
            time: Instant(milliseconds: entry.wall), event: array == nil ? "" : entry.event,
            arguments: Array(array?.dropFirst() ?? []), isRedacted: entry.packet == nil)
    }
}
