import GatehouseAudit
import GatehouseJSON
import GatehouseNetwork
import GatehousePolicy
import SocketIO

/// Mutes, locks and slow mode on the way of a message, between its rate and its `send` rules (MOD-62). To be refused here is no violation.
extension Pipeline {
    static let muteRule = "builtin.mute"
    static let lockRule = "builtin.lock"
    static let slowRule = "builtin.slow"

    /// One branch where there is no restriction.
    /// - Parameter room: the one that the policy finds in the message.
    /// - Returns: what goes along with the message; `nil` if it was refused.
    @inline(__always)
    func isUnrestricted(
        _ event: borrowing IncomingEvent, _ name: EventName, _ payload: RawPayload, _ room: String?, _ socket: Socket,
        _ client: ClientState, now: Int64
    ) -> SenderMarks? {
        let number = runtime.restrictions.number
        guard number != 0 else { return room == nil ? [] : .hasTargetRoom }
        if client.restrictions.number != number { client.restrictions = SenderRestrictions(restrictions, number, of: client) }
        guard client.restrictions.mayHold else { return room == nil ? [] : .hasTargetRoom }
        // The room's name is looked for here only, so that nobody else pays for it.
        let target = room ?? name.route?.roomLocation.flatMap { payload.room(at: $0) }
        switch restriction(of: client, sendingTo: target, now: now) {
        case .none(let marks): return marks
        case .refused(let refusal):
            let event = (name: name.route?.event ?? event.name, ackID: event.ackID)
            refuse(socket, client, refusal, event: event.name, room: target, ackID: event.ackID)
            return nil
        }
    }

    /// The answer of the restriction stage.
    enum RestrictionVerdict {
        case none(SenderMarks)
        case refused(RestrictionRefusal)
    }

    /// Decides about a message.
    /// - Parameter room: the message's target; `nil` if it is not known.
    private func restriction(of client: ClientState, sendingTo room: String?, now: Int64) -> RestrictionVerdict {
        let (set, wall, namespace) = (restrictions, runtime.clock.wallMilliseconds(), client.client.namespace)
        var marks: SenderMarks = room == nil ? [.isWatched] : [.isWatched, .hasTargetRoom]
        if let mute = client.restrictions.mutes?.mute(in: namespace, room: room, now: wall) {
            guard mute.isShadow else { return .refused(.muted(until: mute.ends)) }
            marks.insert(.shadowed)
        }
        guard let room else { return .none(marks) }
        if set.lock(on: room, in: namespace, now: wall) != nil { return .refused(.locked) }
        if let slow = slowMode(on: room, for: client, by: set, now: wall) {
            let wait = runtime.slowSends.wait(slow.key, interval: slow.interval, now: now)
            guard wait == 0 else { return .refused(.slowed(wait: wait)) }
            marks.insert(.isSlowed)
        }
        return .none(marks)
    }

    /// A message that all rules allow takes its turn in a room in slow mode. One that a rule has refused does not.
    @inline(__always)
    func takesItsTurn(
        _ event: borrowing IncomingEvent, _ name: EventName, _ payload: RawPayload, _ room: String?, _ marks: SenderMarks,
        _ socket: Socket, _ client: ClientState, now: Int64
    ) -> Bool {
        guard marks.contains(.isSlowed) else { return true }
        guard let target = room ?? name.route?.roomLocation.flatMap({ payload.room(at: $0) }),
            let slow = slowMode(on: target, for: client, by: restrictions, now: runtime.clock.wallMilliseconds())
        else { return true }
        let wait = runtime.slowSends.take(slow.key, interval: slow.interval, now: now)
        guard wait > 0 else { return true }
        refuse(socket, client, .slowed(wait: wait), event: name.route?.event, room: target, ackID: event.ackID)
        return false
    }

    /// The slow mode of a room, if it holds for a client; the interval in nanoseconds.
    private func slowMode(
        on room: String, for client: ClientState, by set: RestrictionSet, now: Int64
    ) -> (key: SlowSends.Key, interval: Int64)? {
        let place = RoomRestriction.Place(namespace: client.client.namespace, room: room)
        guard let slow = set.slow(on: room, in: place.namespace, now: now),
            !slow.exemptRoles.contains(where: { client.principal.has(role: $0) })
        else { return nil }
        let sender: SlowSends.Key.Sender = client.user.map { .user($0.key) } ?? .address(client.client.handshake.client.key)
        let (interval, overflows) = max(0, slow.interval).multipliedReportingOverflow(by: 1_000_000)
        return (SlowSends.Key(sender: sender, place: place), overflows ? .max : interval)
    }

    private func refuse(
        _ socket: Socket, _ client: ClientState, _ refusal: RestrictionRefusal, event: String?, room: String?, ackID: UInt64?
    ) {
        let id = audit.denied(
            .messageDenied, client, event: event, room: room, rule: refusal.rule, reason: refusal.reply.code.description,
            generation: client.policy.generation)
        fail(socket, refusal.reply, decision: id, event: event ?? "", ackID: ackID)
    }

    // MARK: Rooms

    /// What keeps a client out of a room by staff's will: a ban, or a lock that is `closed`.
    /// - Returns: the error for whoever wanted the client in, with the decision as it is in the audit log; `nil` if nothing does.
    func refusal(ofJoining room: String, _ client: ClientState) -> GatewayError? {
        guard runtime.restrictions.isInForce else { return nil }
        let (set, wall) = (restrictions, runtime.clock.wallMilliseconds())
        var error: GatewayError
        let rule: String
        if isBanned(client, from: room, by: set, now: wall) {
            error = GatewayError(code: .policy(ConnectErrorCode.banned.rawValue), message: "You are banned from this room")
            rule = Self.banRule
        } else if set.lock(on: room, in: client.client.namespace, now: wall)?.mode == .closed {
            error = GatewayError(.roomLocked, "The room is closed")
            rule = Self.lockRule
        } else {
            return nil
        }
        let id = audit.denied(
            .roomDenied, client, event: nil, room: room, rule: rule, reason: error.code.description, generation: client.policy.generation)
        error.decided = GatewayError.Decided(id: id, client: client.client.id, isViolation: false)
        return error
    }
}

/// Why a restriction refuses a message.
enum RestrictionRefusal: Equatable {
    /// Milliseconds since 1970.
    case muted(until: Int64)
    case locked
    /// Nanoseconds until the next message.
    case slowed(wait: Int64)

    var rule: String {
        switch self {
        case .muted: Pipeline.muteRule
        case .locked: Pipeline.lockRule
        case .slowed: Pipeline.slowRule
        }
    }

    /// The answer to the sender. It does not say who of staff has acted (MOD-41).
    var reply: ErrorReply {
        switch self {
        case .muted(let end):
            let (seconds, rest) = end.quotientAndRemainder(dividingBy: 1_000)
            return ErrorReply(.muted, "You are muted until \(Instant(seconds: rest > 0 ? seconds + 1 : seconds))")
        case .locked: return ErrorReply(.roomLocked, "The room is locked")
        case .slowed(let wait):
            let seconds = EarlyAttempt.seconds(wait)
            return ErrorReply(.slowMode, "The room is in slow mode; wait \(seconds) s", retryAfter: seconds)
        }
    }
}

/// What a client keeps of the restrictions in force, so that most messages cost a comparison (MOD-62).
struct SenderRestrictions {
    /// The number of the set that it is of.
    let number: UInt64
    let mutes: UserMutes?
    /// Whether anything can hold for what the client sends: a mute of its user, or a restricted room.
    let mayHold: Bool

    static let none = SenderRestrictions()

    private init() { (number, mutes, mayHold) = (0, nil, false) }

    init(_ set: RestrictionSet, _ number: UInt64, of client: ClientState) {
        self.number = number
        mutes = client.user.flatMap { set.mutes(of: $0.key) }
        mayHold = mutes != nil || !set.rooms.isEmpty
    }
}
