package import GatehouseAudit
package import GatehousePolicy
package import GatehouseTokens
package import Logging
import NIOCore
package import SocketIO

/// What all event loops of one running server share. Everything in it is safe to use from any thread.
package final class ServerRuntime: Sendable {
    package let sockets: SocketIOServer
    package let audit: AuditLog
    /// Under which session and token ids are written into the audit log (AUD-04).
    package let auditKey: AuditKey
    package let policies: PolicyHolder
    /// Puts others in force; `nil` where they never change.
    package let policyReload: PolicyReload?
    package let tokens: CurrentTokenVerifier
    package let mounted: [MountedNamespace]
    package let users: UserRegistry
    package let temporaryBans = TemporaryBans<UserKey>()
    /// Addresses by what they are counted under (`limitKey`).
    package let addressBans = TemporaryBans<IPAddress>()
    /// Who hears of those who come and go.
    package let principals = PrincipalWatch()
    let rooms = RoomPresence()
    /// When it is said that the node is full.
    let nodeLimit = SeldomNotice(every: .seconds(10))
    /// For `policy.explain`.
    let refusals = RecentRefusals()
    package let clock: ServerClock
    package let logger: Logger
    package let stages: Stages
    /// How long a handler may take, and a guard that suspends (REL-25).
    package let handlerTimeout: Duration
    package let started: Int64
    let closing = ClosingRequest()

    package init(
        sockets: SocketIOServer, audit: AuditLog, auditKey: AuditKey, policies: PolicyHolder, tokens: CurrentTokenVerifier,
        mounted: [MountedNamespace],
        stages: Stages, handlerTimeout: Duration, clock: ServerClock, logger: Logger, policySource: PolicySource? = nil,
        keys: TokenKeys? = nil
    ) {
        self.sockets = sockets
        self.audit = audit
        self.auditKey = auditKey
        self.policies = policies
        self.tokens = tokens
        self.mounted = mounted
        self.stages = stages
        self.handlerTimeout = handlerTimeout
        self.clock = clock
        self.logger = logger
        users = UserRegistry()
        started = clock.wallMilliseconds()
        policyReload = policySource.map { source in
            PolicyReload(
                source: source, policies: policies, tokens: tokens, keys: keys, sockets: sockets, audit: audit, logger: logger,
                wallSeconds: { clock.wallMilliseconds() / 1_000 })
        }
    }

    /// A line in the operational log, for layers above that have no logger of their own. It must hold neither token nor payload.
    package func logError(_ text: String) { logger.error("\(text)") }

    package var revocations: CurrentRevocations { tokens.revocations }

    package var directory: SessionDirectory { SessionDirectory(sockets) }
}
