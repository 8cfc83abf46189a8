import NIOConcurrencyHelpers
import NIOCore
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

    init() {}

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
    func publish(_ given: Broadcast, to loops: [ObjectIdentifier], at now: NIODeadline) {
        state.withLockedValue { state in
            let position = given.isVolatile ? state.log.head : state.log.head &+ 1
            let broadcast = given.carrying(RecoveryOffset(epoch: state.epoch, position: position))
            let entry = state.log.append(broadcast, at: now, state.settings)
            for loop in loops { state.pending[loop, default: []].append(entry) }
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
        let (kept, pointer) = state.withLockedValue { (Array($0.log.entries), $0.settings?.idAt) }
        // Parsed outside of the lock.
        let positions = kept.filter { entry in
            entry.broadcast.target.rooms.contains(room) && ClusterPacket(entry.broadcast)?.isNamed(messageID, at: pointer) == true
        }.map(\.position)
        state.withLockedValue { state in
            guard state.settings != nil else { return }
            state.log.withdraw(Set(positions))
            _ = state.log.append(notice, at: now, state.settings)
        }
    }

    // MARK: Sessions

    /// The place where a session begins, and what it continues.
    struct Begin {
        let epoch: UInt64
        let head: UInt64
        /// The session that goes on, and the events that it has missed.
        let restored: Result<(RecoverySession, [RecoveryEntry]), RecoveryRefusal>?
    }

    /// Begins a session, or takes up the one that a client asks for.
    /// - Returns: `nil` where recovery is off.
    func begin(_ admission: RecoveryAdmission, atMost limit: Int, at now: NIODeadline) -> Begin? {
        state.withLockedValue { state in
            guard let settings = state.settings else { return nil }
            var restored: Result<(RecoverySession, [RecoveryEntry]), RecoveryRefusal>?
            if let pid = admission.pid {
                let result = Self.restore(pid, admission, atMost: limit, settings, &state, at: now)
                switch result {
                case .success: state.counts.recovered &+= 1
                case .failure(let refusal): state.counts.refused[refusal, default: 0] &+= 1
                }
                restored = result
            }
            return Begin(epoch: state.epoch, head: state.log.head, restored: restored)
        }
    }

    private static func restore(
        _ pid: String, _ admission: RecoveryAdmission, atMost limit: Int, _ settings: RecoverySettings, _ state: inout State,
        at now: NIODeadline
    ) -> Result<(RecoverySession, [RecoveryEntry]), RecoveryRefusal> {
        state.sessions.expire(at: now, settings)
        state.log.expire(at: now, settings)
        guard let id = Bits128(pid), let session = state.sessions.take(id, by: admission.owner), session.epoch == state.epoch else {
            return .failure(.unknown)
        }
        let offset = admission.offset.flatMap { RecoveryOffset($0) }
        guard let start = session.start(from: offset) else { return .failure(.badOffset) }
        guard let entries = state.log.entries(after: start) else { return .failure(.incomplete) }
        var missed: [RecoveryEntry] = []
        var size = 0
        for entry in entries where entry.means(session) {
            size &+= entry.size
            guard size <= limit else { return .failure(.tooMuch) }
            missed.append(entry)
        }
        return .success((session, missed))
    }

    /// Keeps a session whose client has gone.
    /// - Parameter make: gets the last position.
    func keep(_ make: (_ head: UInt64) -> RecoverySession) {
        state.withLockedValue { state in
            guard let settings = state.settings else { return }
            let session = make(state.log.head)
            guard session.epoch == state.epoch else { return }
            state.sessions.keep(session, settings)
        }
    }

    /// Forgets the sessions of an owner who may not come back to them.
    package func forget(_ owner: [UInt8]) { state.withLockedValue { $0.sessions.removeAll(of: owner) } }

    func replayed(_ count: Int) { state.withLockedValue { $0.counts.replayed &+= UInt64(clamping: count) } }

    /// The last position that was given.
    var head: UInt64 { state.withLockedValue { $0.log.head } }

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
