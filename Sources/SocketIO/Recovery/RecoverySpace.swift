import NIOConcurrencyHelpers
package import NIOCore
import Synchronization

/// What one namespace keeps for clients that come back, and the order of its events on every event loop. Any thread.
///
/// An event gets its position under the lock, together with its place in the queue of each loop. So every loop delivers in the order of
/// positions, and a client that has got an event has got all before it that were for it: its offset says what it missed (REC-05).
package final class RecoverySpace: Sendable {
    private struct State {
        var settings: RecoverySettings?
        var generation: UInt64 = 0
        var epoch = Bits128.random().high
        var log = RecoveryLog()
        var sessions = RecoverySessions()
        /// What is to be delivered, by event loop.
        var pending: [ObjectIdentifier: [RecoveryEntry]] = [:]
        var counts = Counts()
        /// How far this node has read what the nodes share; `nil` on one node alone.
        var read: SharedPosition?

        var place: RecoveryOffset { RecoveryOffset(epoch: epoch, position: log.head, shared: read) }
    }

    /// What is kept now, and what was done since the start.
    package struct Counts: Sendable {
        package var sessions = 0
        package var messages = 0
        package var bytes = 0
        package var recovered: UInt64 = 0
        package var replayed: UInt64 = 0
        package var refused: [RecoveryRefusal: UInt64] = [:]
    }

    private let state = NIOLockedValueBox(State())
    private let isInUse = Atomic<Bool>(false)
    private let isSharing = Atomic<Bool>(false)

    init() {}

    /// Whether sessions and places are those of all nodes.
    package var isShared: Bool { isSharing.load(ordering: .relaxed) }

    /// The characters of an offset.
    package var offsetLength: Int { isShared ? RecoveryOffset.sharedLength : RecoveryOffset.length }

    /// From now on places are those of all nodes. Before the first event.
    package func share() {
        isSharing.store(true, ordering: .relaxed)
        state.withLockedValue { $0.read = .start }
    }

    // MARK: What the nodes share

    /// This node has read everything up to a place, and published what is for this namespace.
    package func read(upTo place: SharedPosition) {
        state.withLockedValue { state in
            state.read = state.read.map { max($0, place) }
            // Nothing of it was kept.
            if state.settings == nil { state.log.lacks(place) }
        }
    }

    /// Events up to a place may be missing here.
    package func missed(_ place: SharedPosition) { state.withLockedValue { $0.log.missed(place) } }

    /// An event of this node has come back from where the nodes share them.
    package func place(_ own: RecoveryOffset, at shared: SharedPosition, now: NIODeadline) {
        state.withLockedValue { state in
            guard own.epoch == state.epoch else { return }
            state.log.place(own.position, at: shared, now: now)
        }
    }

    /// Whether events carry offsets. Asked once for each event.
    package var isOn: Bool { isInUse.load(ordering: .relaxed) }

    package var counts: Counts {
        state.withLockedValue { state in
            var counts = state.counts
            counts.sessions = state.sessions.count
            counts.messages = state.log.entries.count
            counts.bytes = state.log.byteCount &+ state.sessions.byteCount
            return counts
        }
    }

    /// Puts settings in force.
    /// - Parameters:
    ///   - settings: `nil` turns recovery off, and forgets everything.
    ///   - generation: of the policies that they are from; older ones change nothing.
    package func configure(_ settings: RecoverySettings?, generation: UInt64) {
        state.withLockedValue { state in
            guard generation >= state.generation else { return }
            state.generation = generation
            guard settings != state.settings else { return }
            if settings == nil || state.settings == nil { Self.forget(&state) }
            state.settings = settings
            isInUse.store(settings != nil, ordering: .relaxed)
        }
    }

    /// Forgets all events and sessions, as at the end of the server.
    func clear() {
        state.withLockedValue {
            Self.forget(&$0)
            $0.pending = [:]
        }
    }

    private static func forget(_ state: inout State) {
        state.log.removeAll()
        state.sessions.removeAll()
        state.epoch = Bits128.random().high
    }

    // MARK: Events

    /// Gives an event its place, and queues it for event loops; each has to call ``takePending(of:)`` then.
    /// - Parameters:
    ///   - shared: where an event of another node is among what the nodes share.
    ///   - origin: where it is on its own node.
    /// - Returns: its place here.
    @discardableResult
    func publish(
        _ given: Broadcast, to loops: [ObjectIdentifier], at now: NIODeadline, shared: SharedPosition? = nil, origin: RecoveryOffset? = nil
    ) -> RecoveryOffset {
        state.withLockedValue { state in
            if let shared { state.read = state.read.map { max($0, shared) } }
            let entry = state.log.append(
                given, in: state.epoch, at: now, state.settings, read: state.read, shared: shared, origin: origin)
            for loop in loops { state.pending[loop, default: []].append(entry) }
            return entry.place
        }
    }

    /// Takes what is to be delivered on an event loop, in order.
    func takePending(of loop: ObjectIdentifier) -> [RecoveryEntry] {
        state.withLockedValue { state in
            guard let waiting = state.pending[loop], !waiting.isEmpty else { return [] }
            state.pending[loop] = []
            return waiting
        }
    }

    /// Takes a message of a room from those who are away, and keeps the notice of it for them (HIS-03); all others get that now.
    func redact(_ messageID: String, in room: String, notice: Broadcast, at now: NIODeadline) {
        withdraw(messageID, in: room)
        state.withLockedValue { state in
            guard state.settings != nil else { return }
            // Each node has a notice of its own; who comes from another node gets this one rather twice than not at all.
            _ = state.log.append(notice, in: state.epoch, at: now, state.settings, read: state.read, shared: state.read)
        }
    }

    /// Takes a message of a room from those who are away.
    func withdraw(_ messageID: String, in room: String) {
        let (kept, pointer) = state.withLockedValue { (Array($0.log.entries), $0.settings?.idAt) }
        // Parsed outside of the lock.
        let positions = kept.filter { entry in
            entry.broadcast.target.rooms.contains(room) && ClusterPacket(entry.broadcast)?.isNamed(messageID, at: pointer) == true
        }.map(\.position)
        state.withLockedValue { state in
            state.log.withdraw(Set(positions))
        }
    }

    // MARK: Sessions

    /// A session that goes on.
    struct Restored {
        let session: RecoverySession
        /// The client's offset, if it is of this session.
        let offset: RecoveryOffset?
        /// What the client has got.
        let got: [RecoveryOffset]
        /// What it has missed.
        let missed: [RecoveryEntry]
    }

    /// The place where a session begins, and what it continues.
    struct Begin {
        let place: RecoveryOffset
        let restored: Result<Restored, RecoveryRefusal>?
    }

    /// Begins a session, or takes up the one that a client asks for.
    /// - Returns: `nil` where recovery is off.
    func begin(_ admission: RecoveryAdmission, atMost limit: Int, at now: NIODeadline) -> Begin? {
        state.withLockedValue { state in
            guard let settings = state.settings else { return nil }
            var restored: Result<Restored, RecoveryRefusal>?
            if admission.pid != nil {
                do throws(RecoveryRefusal) {
                    restored = .success(try Self.restore(admission, atMost: limit, settings, &state, at: now))
                    state.counts.recovered &+= 1
                } catch {
                    restored = .failure(error)
                    state.counts.refused[error, default: 0] &+= 1
                }
            }
            return Begin(place: state.place, restored: restored)
        }
    }

    private static func session(
        _ admission: RecoveryAdmission, _ state: inout State
    ) throws(RecoveryRefusal) -> RecoverySession {
        if state.read != nil {
            guard let taken = admission.taken else { throw .unavailable }
            return try taken.get()
        }
        guard let id = admission.pid.flatMap({ Bits128($0) }), let session = state.sessions.take(id, by: admission.owner),
            session.seen.epoch == state.epoch
        else { throw .unknown }
        return session
    }

    private static func restore(
        _ admission: RecoveryAdmission, atMost limit: Int, _ settings: RecoverySettings, _ state: inout State, at now: NIODeadline
    ) throws(RecoveryRefusal) -> Restored {
        state.sessions.expire(at: now, settings)
        state.log.expire(at: now, settings)
        state.log.placeLost(at: now)
        let session = try session(admission, &state)
        let epoch = state.epoch
        let offset = admission.offset.flatMap { RecoveryOffset($0) }.flatMap { session.knows($0) ? $0 : nil }
        guard let got = session.got(offset) else { throw .badOffset }
        guard got.count <= RecoverySession.mostPlaces else { throw .incomplete }
        // Nobody has got what was not sent yet.
        guard !got.contains(where: { $0.epoch == epoch && $0.position > state.log.head }),
            !got.contains(where: { place in state.read.map { $0 < place.shared ?? .start } ?? false })
        else { throw .badOffset }
        guard state.log.isWhole(behind: got, in: epoch) else { throw .incomplete }
        let wasHere = session.seen.epoch == epoch
        var missed: [RecoveryEntry] = []
        var size = 0
        let last = got.lazy.filter { $0.epoch == epoch }.map(\.position).max() ?? 0
        for entry in state.log.entries(for: session, in: epoch, after: last)
        where (wasHere || entry.isShared) && !got.contains(where: { $0.covers(entry, in: epoch) }) {
            size &+= entry.size
            guard size <= limit else { throw .tooMuch }
            missed.append(entry)
        }
        return Restored(session: session, offset: offset, got: got, missed: missed)
    }

    /// Keeps a session whose client has gone.
    func keep(_ session: RecoverySession) {
        state.withLockedValue { state in
            guard let settings = state.settings, session.seen.epoch == state.epoch else { return }
            state.sessions.keep(session, settings)
        }
    }

    /// Up to where a client of an event loop was sent everything that was for it.
    /// - Parameters:
    ///   - begun: where the client's session began.
    ///   - delivered: the place of the last event that the loop has delivered; `nil` for none.
    /// - Returns: `nil` where recovery was turned on anew since the session began.
    func seen(
        by loop: ObjectIdentifier, since begun: RecoveryOffset, delivered: RecoveryOffset?, isDelivering: Bool
    ) -> RecoveryOffset? {
        state.withLockedValue { state in
            guard begun.epoch == state.epoch else { return nil }
            if !isDelivering, state.pending[loop]?.isEmpty ?? true { return state.place }
            guard let delivered, delivered.epoch == state.epoch, delivered.position > begun.position else { return begun }
            return delivered
        }
    }

    /// How long a session is kept; `nil` where recovery is off.
    var window: TimeAmount? { state.withLockedValue { $0.settings?.window } }

    /// Forgets the sessions of an owner who may not come back to them.
    package func forget(_ owner: [UInt8]) { state.withLockedValue { $0.sessions.removeAll(of: owner) } }

    func replayed(_ count: Int) { state.withLockedValue { $0.counts.replayed &+= UInt64(clamping: count) } }

    /// The last place that was given.
    var place: RecoveryOffset { state.withLockedValue { $0.place } }

    /// Drops what is too old.
    /// - Returns: when to look again; `nil` if nothing is kept.
    func sweep(at now: NIODeadline) -> NIODeadline? {
        state.withLockedValue { state in
            guard let settings = state.settings else { return nil }
            state.log.expire(at: now, settings)
            state.sessions.expire(at: now, settings)
            guard state.sessions.count > 0 || !state.log.entries.isEmpty else { return nil }
            return now + settings.window
        }
    }
}
