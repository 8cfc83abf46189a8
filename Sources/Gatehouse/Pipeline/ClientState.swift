import GatehouseAudit
import GatehousePolicy
import GatehouseTokens
import NIOCore
import SocketIO

/// What the pipeline keeps with one socket. Bound to the event loop of its connection.
final class ClientState {
    let client: Client
    let mounted: MountedNamespace
    unowned let pipeline: Pipeline
    /// Who this is for the audit log, by the token in force and what the policies in force read from it.
    private(set) var actor: AuditActor
    /// `nil` for an anonymous client.
    let user: UserState?
    private let debt: ConnectionDebt
    var principal: Principal
    var policy: NamespacePolicy
    var grants: Grants
    /// The token in force; `nil` for an anonymous client.
    private(set) var token: TokenIdentity?
    /// Staff want a newer token (`user.reauth`).
    var reauthentication: Reauthentication?
    /// When the token ends, in milliseconds since 1970.
    private(set) var tokenEnd: Int64?
    /// When the client is to be told that it will end; `nil` once it was, or where tokens cannot be refreshed.
    private(set) var expiryNotice: Int64?
    /// Whether it was told of the end of the token in force. Where there was nothing to tell yet, it was not.
    private var isToldOfEnd = false
    /// The event that is handled just now, on this event loop and without suspending.
    private(set) var inHand: EventInHand?
    private var events: UInt64 = 0
    /// Read when a rule counts by address.
    private lazy var address = IPAddress(client.handshake.address)

    init(
        client: Client, mounted: MountedNamespace, pipeline: Pipeline, actor: AuditActor, user: UserState?, debt: ConnectionDebt,
        policy: NamespacePolicy, grants: Grants, token: VerifiedToken?
    ) {
        self.client = client
        self.mounted = mounted
        self.pipeline = pipeline
        self.actor = actor
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
        client.setPrincipal(principal)
        self.policy = policy
        self.grants = grants
        isToldOfEnd = false
        setTokenEnd(token.end)
        renewActor()
    }

    private func renewActor() { actor = pipeline.actor(client.handle.onLoop.connection.session, principal, token) }

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
        client.setPrincipal(principal)
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

    /// Who the client is to the rules it is decided by; `nil` if the policies in force no longer know the issuer.
    var subject: Subject? {
        pipeline.subject(of: self, on: client.handle.onLoop.connection, seenBy: pipeline.inForce.bundle)
    }

    /// Charges one message, and its size, to the connection and to the user (POL-12).
    func takeMessage(bytes count: Int, now: Int64) -> Bool {
        let limits = policy.settings.limits
        guard debt.takeMessage(bytes: count, limits, now: now) else { return false }
        guard let user else { return true }
        if let limit = limits.userMessages, !user.takeMessage(limit, now: now) { return false }
        if let limit = limits.userBytes, !user.takeBytes(count, limit, now: now) { return false }
        return true
    }

    /// Counts a broken rule.
    /// - Returns: what the policy wants done about it.
    func violate(now: Int64) -> ViolationOutcome {
        guard let rule = policy.settings.limits.violations else { return .none }
        let count = debt.violate(window: rule.window, now: now)
        if let limit = rule.banAfter {
            // Of a user all sessions count, those that were ended for it included; nobody else has more than the one.
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

    /// Charges one message to the rate of the rule that allowed it.
    func take(_ rate: EventRate, of rule: RuleIndex, now: Int64) -> Bool {
        if let limit = rate.connection, !debt.take(rule, of: policy.generation, limit, now: now) { return false }
        if let limit = rate.user, let user, !user.take(rule, of: policy.generation, limit, now: now) { return false }
        guard rate.ip != nil, let address else { return true }
        return pipeline.inForce.addresses.take(address, under: rule, now: now)
    }

    /// Runs the stages of an event up to their end or their first suspension.
    func handle(_ stages: (EventInHand) -> HandlerProgress) -> HandlerProgress {
        events &+= 1
        let event = EventInHand(client: client, number: events, generation: policy.generation)
        client.setHandled(events)
        inHand = event
        let progress = stages(event)
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
