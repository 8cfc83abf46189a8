import Gatehouse
import GatehouseAudit
import GatehousePolicy
import SocketIO

/// Who makes an act, when and where.
struct ActMaking: Sendable {
    let gateway: AdminGateway
    let runtime: ServerRuntime
    private let source: Source
    let actor: UserID
    let request: ULID
    /// Milliseconds since 1970.
    let now: Int64

    init(_ gateway: AdminGateway, _ context: EventContext, _ request: ULID) throws(GatewayError) {
        guard let actor = UserID(context.principal) else { throw GatewayError(.forbidden, "Staff have a name") }
        self.gateway = gateway
        self.actor = actor
        self.request = request
        source = .staff(context)
        runtime = context.client.server.runtime
        now = runtime.clock.wallMilliseconds()
    }

    /// The server acts by itself, by a rule of `_moderation.yaml`.
    init(_ gateway: AdminGateway, rule: String, _ request: ULID, _ runtime: ServerRuntime) {
        self.gateway = gateway
        self.request = request
        self.runtime = runtime
        actor = UserID(iss: Escalations.issuer, subject: rule)
        source = .escalation
        now = runtime.clock.wallMilliseconds()
    }

    private enum Source: Sendable {
        case staff(EventContext)
        case escalation
    }

    /// The event by which staff ask.
    /// - Throws: ``GatewayError`` with `forbidden` for an act of the server's own: it makes none that needs a session.
    var context: EventContext {
        get throws(GatewayError) {
            guard case .staff(let context) = source else { throw GatewayError(.forbidden, "The server makes no such act by itself") }
            return context
        }
    }

    /// Who acts, for the audit log.
    var auditActor: AuditActor {
        switch source {
        case .staff(let context): context.auditActor
        case .escalation: AuditActor(issuer: actor.iss, subject: actor.subject)
        }
    }

    /// The actor's right to an event of `/admin`, as the policies in force have it.
    func right(to event: String) async throws -> EventRight { try await context.client.right(to: event, in: AdminGateway.namespace) }

    /// This node.
    var node: ActNode { ActNode(runtime: runtime) }
    var directory: SessionDirectory { runtime.directory }
    var ranks: StaffRanks { gateway.ranks(runtime) }
    /// Rules act with the rank of moderators.
    var rank: StaffRank {
        switch source {
        case .staff(let context): ranks.rank(of: context.principal)
        case .escalation: .moderator
        }
    }

    // MARK: Rank (MOD-20)

    /// Refuses an act upon a user of the actor's rank or above.
    func requireRank(over user: UserID) async throws { _ = try await requireRank(over: user, SessionFilter(user: user)) }

    /// Refuses an act upon sessions one of which is of the actor's rank or above.
    /// - Returns: how many there are.
    @discardableResult
    func requireRank(over user: UserID? = nil, _ filter: SessionFilter) async throws -> Int {
        let (ranks, rank) = (ranks, rank)
        if let user { guard user != actor, ranks.remembered(of: user) < rank else { throw GatewayError(.rank, rank.refusal) } }
        let census = try await directory.census(filter) { ranks.reached(by: $0) >= rank }
        guard !census.isFound else { throw GatewayError(.rank, rank.refusal) }
        return census.connections
    }

    // MARK: Names

    func namespace(_ name: String?) throws -> Namespace? { try node.namespace(name) }

    /// A namespace that a gateway of this program serves.
    func served(_ name: String) throws -> Namespace { try node.served(name) }

    func room(_ name: String, _ ns: String) throws -> RoomRestriction.Place { try node.room(name, ns) }

    // MARK: Time

    /// The end that a request names, in milliseconds since 1970.
    func end(after seconds: Int64?, at instant: Instant?) throws -> Int64? {
        if let seconds { return now + seconds * 1_000 }
        guard let instant else { return nil }
        let (milliseconds, isTooLate) = instant.seconds.multipliedReportingOverflow(by: 1_000)
        guard !isTooLate, milliseconds > now else { throw GatewayError(.invalid, "expires_at is not in the future") }
        return milliseconds
    }

    // MARK: What is kept

    var state: ModerationState {
        get throws {
            guard let open = gateway.store.opened else { throw GatewayError(.unavailable, "The server is stopping") }
            return open.state
        }
    }
}
