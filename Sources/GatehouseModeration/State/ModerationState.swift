import Gatehouse
import GatehouseAudit

/// The restrictions that are kept, with where each comes from. A value: changes are applied in order, and what is in force is made from it.
struct ModerationState: Sendable {
    struct Kept<Value: Sendable & Equatable>: Sendable, Equatable {
        let value: Value
        let origin: ActOrigin
    }

    struct RoomState: Sendable, Equatable {
        var lock: Kept<RoomRestriction.Lock>?
        var slow: Kept<RoomRestriction.SlowMode>?
    }

    /// The most entries of each kind: more is refused, since to forget one would let somebody in again.
    static let capacity = 100_000

    private(set) var bans: [ULID: Kept<Ban>] = [:]
    private(set) var mutes: [Mute.Place: Kept<Mute>] = [:]
    private(set) var rooms: [RoomRestriction.Place: RoomState] = [:]

    /// Whether there is room for a change.
    func hasRoom(for change: StateChange) -> Bool {
        switch change {
        case .ban(let ban): bans.count < Self.capacity || bans[ban.id] != nil
        case .mute(let mute): mutes.count < Self.capacity || mutes[mute.place] != nil
        case .lock(let place, let lock): lock == nil || rooms.count < Self.capacity || rooms[place] != nil
        case .slow(let place, let slow): slow == nil || rooms.count < Self.capacity || rooms[place] != nil
        case .unban, .unmute, .revoke, .note, .removeNote, .report, .claimReport, .resolveReport, .reopenReport: true
        }
    }

    /// Changes of tokens, notes and reports are not of this state.
    mutating func apply(_ change: StateChange, _ origin: ActOrigin) {
        switch change {
        case .ban(let ban): bans[ban.id] = Kept(value: ban, origin: origin)
        case .unban(let id): bans[id] = nil
        case .mute(let mute): mutes[mute.place] = Kept(value: mute, origin: origin)
        case .unmute(let place): mutes[place] = nil
        case .lock(let place, let lock):
            rooms[place, default: RoomState()].lock = lock.map { Kept(value: $0, origin: origin) }
            if rooms[place] == RoomState() { rooms[place] = nil }
        case .slow(let place, let slow):
            rooms[place, default: RoomState()].slow = slow.map { Kept(value: $0, origin: origin) }
            if rooms[place] == RoomState() { rooms[place] = nil }
        case .revoke, .note, .removeNote, .report, .claimReport, .resolveReport, .reopenReport: break
        }
    }

    /// The changes that lead to this state.
    var all: [KeptChange] {
        var changes = bans.values.map { KeptChange(change: .ban($0.value), origin: $0.origin) }
        changes += mutes.values.map { KeptChange(change: .mute($0.value), origin: $0.origin) }
        for (place, room) in rooms {
            if let lock = room.lock { changes.append(KeptChange(change: .lock(place, lock.value), origin: lock.origin)) }
            if let slow = room.slow { changes.append(KeptChange(change: .slow(place, slow.value), origin: slow.origin)) }
        }
        return changes
    }

    /// The changes that remove what has ended by `now`, in milliseconds since 1970.
    func ended(by now: Int64) -> [StateChange] {
        var changes: [StateChange] = []
        for kept in bans.values where kept.value.ends.map({ $0 <= now }) == true { changes.append(.unban(kept.value.id)) }
        for kept in mutes.values where kept.value.ends <= now { changes.append(.unmute(kept.value.place)) }
        for (place, room) in rooms {
            if let end = room.lock?.value.ends, end <= now { changes.append(.lock(place, nil)) }
            if let end = room.slow?.value.ends, end <= now { changes.append(.slow(place, nil)) }
        }
        return changes
    }

    /// The changes that bring back what holds at `now`, in milliseconds since 1970, once `changes` are made. What has ended is not brought
    /// back, nor are tokens and notes.
    func reverse(of changes: [StateChange], now: Int64) -> [StateChange] {
        func holds(_ end: Int64?) -> Bool { end.map { $0 > now } ?? true }
        func ban(_ id: ULID) -> Ban? { bans[id].map(\.value).flatMap { holds($0.ends) ? $0 : nil } }
        func mute(_ place: Mute.Place) -> Mute? { mutes[place].map(\.value).flatMap { holds($0.ends) ? $0 : nil } }
        let rooms = self.rooms
        return changes.reversed().compactMap { change in
            switch change {
            case .ban(let new): ban(new.id).map { .ban($0) } ?? .unban(new.id)
            case .unban(let id): ban(id).map { .ban($0) }
            case .mute(let new): mute(new.place).map { .mute($0) } ?? .unmute(new.place)
            case .unmute(let place): mute(place).map { .mute($0) }
            case .lock(let place, _): .lock(place, (rooms[place]?.lock?.value).flatMap { holds($0.ends) ? $0 : nil })
            case .slow(let place, _): .slow(place, (rooms[place]?.slow?.value).flatMap { holds($0.ends) ? $0 : nil })
            case .note(let note): .removeNote(note.id)
            case .claimReport(let id), .resolveReport(let id, _): .reopenReport(id)
            case .revoke, .removeNote, .report, .reopenReport: nil
            }
        }
    }

    /// Whether a change still holds as it was made.
    func holds(_ change: StateChange) -> Bool {
        switch change {
        case .ban(let ban): bans[ban.id]?.value == ban
        case .unban(let id): bans[id] == nil
        case .mute(let mute): mutes[mute.place]?.value == mute
        case .unmute(let place): mutes[place] == nil
        case .lock(let place, let lock): rooms[place]?.lock?.value == lock
        case .slow(let place, let slow): rooms[place]?.slow?.value == slow
        case .note, .revoke, .removeNote, .report, .claimReport, .resolveReport, .reopenReport: true
        }
    }

    /// The origin of what a change removes.
    func origin(of change: StateChange) -> ActOrigin? {
        switch change {
        case .unban(let id): bans[id]?.origin
        case .unmute(let place): mutes[place]?.origin
        case .lock(let place, _): rooms[place]?.lock?.origin
        case .slow(let place, _): rooms[place]?.slow?.origin
        case .ban, .mute, .revoke, .note, .removeNote, .report, .claimReport, .resolveReport, .reopenReport: nil
        }
    }

    /// What the pipeline asks. Takes time in proportion to the number of entries.
    var inForce: RestrictionSet {
        RestrictionSet(
            bans: bans.values.map(\.value), mutes: mutes.values.map(\.value),
            rooms: rooms.map { RoomRestriction(place: $0.key, lock: $0.value.lock?.value, slow: $0.value.slow?.value) })
    }
}
