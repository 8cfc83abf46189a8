package import GatehouseAudit
package import GatehouseLiveObjects
package import GatehouseNetwork
import GatehousePolicy
package import GatehouseTokens
package import Logging
import NIOConcurrencyHelpers
import NIOCore
package import SocketIO

/// State that all event loops of one running server share. All of it is safe to use from any thread.
package final class ServerRuntime: Sendable {
    package let sockets: SocketIOServer
    package let audit: AuditLog
    /// The key for session and token ids in the audit log (AUD-04).
    package let auditKey: AuditKey
    package let policies: PolicyHolder
    /// Changes the policies; `nil` if they never change.
    package let policyReload: PolicyReload?
    package let tokens: CurrentTokenVerifier
    package let mounted: [MountedNamespace]
    package let users: UserRegistry
    package let temporaryBans = TemporaryBans<UserID>()
    package let addressBans = TemporaryBans<AddressKey>()
    /// Bans, mutes, and what holds for rooms, by staff.
    package let restrictions = CurrentRestrictions()
    /// When senders last sent to rooms in slow mode.
    let slowSends = SlowSends()
    private let staffTest = NIOLockedValueBox(StaffTest { _ in false })
    /// What happens, for staff who follow it.
    package let feed = Feed()
    /// What the server knows of itself, for `stats`.
    package let facts = ServerFacts()
    /// The listener for principals that connect and leave.
    package let principals = PrincipalWatch()
    /// The listener for rules that users have broken.
    package let violations = ViolationWatch()
    /// The timers of the application.
    package let timers: ServerTimers
    /// Counts live objects outside of event loops.
    package let live = LiveObjects()
    let rooms = RoomPresence()
    /// Who comes to rooms and leaves them, where policies let clients follow it.
    let presence = PresenceBoard()
    /// The events of rooms, where policies keep them.
    package let history: HistoryStore
    /// Limits the notice that the node is full.
    let nodeLimit = SeldomNotice(every: .seconds(10))
    /// Limits the notice of unreadable hops.
    let unreadableHop = SeldomNotice(every: .seconds(60))
    /// When it is said that clients speak TLS where the gateway is mounted.
    let mountedTLS = SeldomNotice(every: .seconds(60))
    /// What gateways send and nobody hears.
    let unheard: UnheardEvents
    /// How long handlers took, where that is measured.
    let handlerTimes = HandlerTimes()
    /// For staff: `policy.explain`, `session.get`.
    package let refusals = RecentRefusals()
    package let clock: ServerClock
    package let logger: Logger
    package let stages: Stages
    /// How long a handler may take, and a guard that suspends (REL-25).
    package let handlerTimeout: Duration
    /// How many streams of handlers one connection may have.
    let streamsPerConnection: Int
    package let started: Int64
    /// The name of this node.
    package let node: String
    /// The cluster that this node is in.
    package let cluster: (any ClusterMembership)?
    /// Whether this node knows what the others have decided; `nil` for a node that is alone.
    package let catchUp: CatchUpGate?
    let closing = ClosingRequest()

    package init(
        sockets: SocketIOServer, audit: AuditLog, auditKey: AuditKey, policies: PolicyHolder, tokens: CurrentTokenVerifier,
        mounted: [MountedNamespace],
        stages: Stages, handlerTimeout: Duration, clock: ServerClock, logger: Logger, streamsPerConnection: Int = 16,
        policySource: PolicySource? = nil, keys: TokenKeys? = nil, node: String = "gatehouse", cluster: (any ClusterMembership)? = nil
    ) {
        self.sockets = sockets
        self.audit = audit
        self.auditKey = auditKey
        self.policies = policies
        self.tokens = tokens
        self.mounted = mounted
        self.stages = stages
        self.handlerTimeout = handlerTimeout
        self.streamsPerConnection = streamsPerConnection
        self.clock = clock
        self.node = node
        self.cluster = cluster
        catchUp = cluster.map { _ in CatchUpGate() }
        self.logger = logger
        history = HistoryStore(now: clock.now, wall: clock.wallMilliseconds)
        users = UserRegistry()
        audit.alerts.listen { [feed] record, microseconds in
            feed.publish(.alert, FeedItem(alert: record, at: microseconds / 1_000))
        }
        unheard = UnheardEvents(logger: logger)
        timers = ServerTimers(clock: clock, live: live, logger: logger)
        started = clock.wallMilliseconds()
        policyReload = policySource.map { source in
            PolicyReload(
                source: source, policies: policies, tokens: tokens, keys: keys, sockets: sockets, audit: audit, logger: logger,
                wallSeconds: { clock.wallMilliseconds() / 1_000 })
        }
    }

    /// A line in the operational log, for layers above that have no logger of their own. It must hold neither token nor payload.
    package func logError(_ text: String) { logger.error("\(text)") }

    /// Whether somebody is staff, who see what a shadow mute hides (MOD-64). The layer that knows staff sets it; until then nobody is.
    package var isStaff: @Sendable (Principal) -> Bool {
        get { staffTest.withLockedValue { $0 }.body }
        set { staffTest.withLockedValue { $0 = StaffTest(body: newValue) } }
    }

    /// In a structure, since a bare closure in a generic box is wrapped once more at every access.
    private struct StaffTest: Sendable {
        let body: @Sendable (Principal) -> Bool
    }

    /// The same, for what is no error.
    package func logNotice(_ text: String) { logger.notice("\(text)") }

    /// Asks the server to stop: it accepts nobody any more, and its clients have this time to go elsewhere.
    package func drain(within limit: Duration) { closing.make(within: limit) }

    package var revocations: CurrentRevocations { tokens.revocations }

    package var directory: SessionDirectory { SessionDirectory(sockets) }
}
