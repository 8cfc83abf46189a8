import GatehouseAudit
import GatehouseNetwork
import GatehousePolicy
import GatehouseTokens
import NIOCore
import SocketIO

/// The pipeline's state of one socket, which owns it. Bound to the event loop of its connection.
///
/// It owns the ``client``, as the application may. The client refers to the socket through a handle only.
///
/// Properties that each message uses are not checked for exclusive access: only the event loop touches them, and no change of one calls out.
final class ClientState {
    let client: Client
    let mounted: MountedNamespace
    unowned let pipeline: Pipeline
    /// The actor for the audit log, by the token and the policies in force.
    private(set) var actor: AuditActor
    /// `nil` for an anonymous client.
    let user: UserState?
    private let debt: ConnectionDebt
    @safe @exclusivity(unchecked) var principal: Principal
    @safe @exclusivity(unchecked) var policy: NamespacePolicy
    @safe @exclusivity(unchecked) var grants: Grants
    /// The token in force; `nil` for an anonymous client.
    private(set) var token: TokenIdentity?
    /// Its subscription to the live feed.
    var feed: FeedStream?
    /// Staff want a newer token (`user.reauth`).
    var reauthentication: Reauthentication?
    /// When the token ends, in milliseconds since 1970.
    private(set) var tokenEnd: Int64?
    /// When to tell the client about the end; `nil` once told, or if tokens cannot be refreshed.
    private(set) var expiryNotice: Int64?
    /// Whether it was told of the end of the token in force. Where there was nothing to tell yet, it was not.
    private var isToldOfEnd = false
    /// The restrictions of staff that may hold for the client.
    @safe @exclusivity(unchecked) var restrictions = SenderRestrictions.none
    /// The event that is handled just now, on this event loop and without suspending.
    @safe @exclusivity(unchecked) private(set) var inHand: EventInHand?
    @safe @exclusivity(unchecked) private var events: UInt64 = 0
    /// The key of rules that count by address.
    private var address: AddressKey { client.handshake.client.key }

    init(
        client: Client, mounted: MountedNamespace, pipeline: Pipeline, user: UserState?, debt: ConnectionDebt,
        policy: NamespacePolicy, grants: Grants, token: VerifiedToken?
    ) {
        self.client = client
        self.mounted = mounted
        self.pipeline = pipeline
        actor = client.actor
        self.user = user
        self.debt = debt
        principal = client.principal
        self.policy = policy
        self.grants = grants
        self.token = token?.identity
        setTokenEnd(token?.end)
    }

    /// A refreshed token is in force from here on.
    func renew(_ token: VerifiedToken, _ principal: Principal, _ policy: NamespacePolicy, _ grants: Grants) {
        pipeline.runtime.principals.note(self.principal)
        self.token = token.identity
        reauthentication = nil
        self.principal = principal
        self.policy = policy
        self.grants = grants
        isToldOfEnd = false
        setTokenEnd(token.end)
        renewActor()
    }

    private func renewActor() {
        if let socket = client.handle.onLoop { actor = pipeline.actor(socket.connection.session, principal, token) }
        client.setIdentity(principal, actor)
    }

    /// The client was told that its token will end.
    func toldOfEnd() {
        isToldOfEnd = true
        expiryNotice = nil
    }

    /// Another bundle is in force from here on (POL-10).
    func adopt(_ policy: NamespacePolicy, _ principal: Principal, _ grants: Grants) {
        pipeline.runtime.principals.note(self.principal)
        self.policy = policy
        self.principal = principal
        self.grants = grants
        setTokenEnd(tokenEnd)
        renewActor()
    }

    private func setTokenEnd(_ end: Int64?) {
        tokenEnd = end
        let token = policy.settings.token
        guard let end, !isToldOfEnd, token.onExpiry == .refresh, let window = token.refreshWindow else { return expiryNotice = nil }
        expiryNotice = end - window / 1_000_000
    }

    /// The next instant at which something is due about the token.
    var nextTokenEvent: Int64? {
        let own = expiryNotice ?? tokenEnd
        guard let limit = reauthentication?.by else { return own }
        return own.map { min($0, limit) } ?? limit
    }

    /// The client as a subject of the rules; `nil` if the policies in force no longer know the issuer, or the client has left.
    var subject: Subject? {
        client.handle.onLoop.flatMap { pipeline.subject(of: self, on: $0.connection, seenBy: pipeline.inForce.bundle) }
    }

    /// Charges one message, and its size, to the connection and to the user (POL-12).
    func takeMessage(bytes count: Int, now: Int64) -> Bool {
        // Each limit is read where it is used: a copy of all of them costs more than the charges.
        let policy = policy
        if let limit = policy.settings.limits.connectionMessages, !debt.takeMessage(limit, now: now) { return false }
        if let limit = policy.settings.limits.connectionBytes, !debt.takeBytes(count, limit, now: now) { return false }
        guard let user else { return true }
        if let limit = policy.settings.limits.userMessages, !user.takeMessage(limit, now: now) { return false }
        if let limit = policy.settings.limits.userBytes, !user.takeBytes(count, limit, now: now) { return false }
        return true
    }

    /// Counts a broken rule.
    /// - Returns: the consequence by the policy.
    func violate(now: Int64) -> ViolationOutcome {
        guard let rule = policy.settings.limits.violations else { return .none }
        let count = debt.violate(window: rule.window, now: now)
        if let limit = rule.banAfter {
            // All sessions of a user count, closed ones included. An anonymous client has only this one.
            let isDue = user?.violate(debt.policy, window: rule.window, limit: limit, now: now) ?? (count >= limit)
            if isDue { return .ban(nanoseconds: rule.banFor ?? rule.window) }
        }
        if let limit = rule.disconnectAfter, count >= limit { return .disconnect }
        return .none
    }

    enum ViolationOutcome: Equatable {
        case none, disconnect
        case ban(nanoseconds: Int64)
    }

    /// Charges one message to the rate of the rule that allowed it. A message beyond the address's rate does not charge the client, and the
    /// reverse.
    func take(_ rate: EventRate, of rule: RuleIndex, now: Int64) -> RateOutcome {
        let addresses = pipeline.inForce.addresses
        guard rate.ip == nil || addresses.has(address, under: rule, now: now) else { return .addressIsSpent }
        if let limit = rate.connection, !debt.take(rule, of: policy.generation, limit, now: now) { return .clientIsSpent }
        if let limit = rate.user, let user, !user.take(rule, of: policy.generation, limit, now: now) { return .clientIsSpent }
        // Another event loop may have been quicker.
        return rate.ip == nil || addresses.take(address, under: rule, now: now) ? .taken : .addressIsSpent
    }

    /// Whether a rate had room for a message.
    enum RateOutcome: Equatable {
        case taken
        /// The client has sent too much.
        case clientIsSpent
        /// Its address has sent too much; it may have been a neighbour.
        case addressIsSpent
    }

    /// Runs the stages of an event up to their end or their first suspension.
    @inline(__always)
    func handle(_ marks: SenderMarks, _ stages: (EventInHand) -> HandlerProgress) -> HandlerProgress {
        events &+= 1
        let event = EventInHand(client: client, number: events, generation: policy.generation, marks: marks)
        client.setHandled(events)
        inHand = event
        // Restrictions of the sender hold also for what is sent without the context.
        let progress = marks.contains(.isWatched) ? EventInHand.$ofTask.withValue(event) { stages(event) } : stages(event)
        inHand = nil
        if progress == .finished { endEvent() }
        return progress
    }

    /// The handler has ended, or nobody waits for it any more.
    func endEvent() { client.setHandled(0) }

    func join(_ room: RoomName, _ socket: Socket) throws { try pipeline.join(room, socket, self) }

    func leave(_ room: RoomName, _ socket: Socket) -> Bool {
        guard socket.leave(room) else { return false }
        pipeline.audit.roomLeft(room, self)
        return true
    }
}

@available(*, unavailable)
extension ClientState: Sendable {}
