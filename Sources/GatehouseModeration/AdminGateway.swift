public import Gatehouse
import GatehouseAudit
import SocketIO

/// Moderation on `/admin`: sessions, kicks, revoked tokens, announcements, statistics. Every change carries a reason, is in the audit log before it takes
/// effect, and obeys rank (MOD-20, MOD-32). Who may call what stands in `policies/admin.yaml`.
public struct AdminGateway: Gateway {
    /// `/admin`
    public static let namespace: Namespace = "/admin"

    let ledger = RequestLedger()
    let staff = StaffMemory()
    let store: ModerationStore

    /// The gateway. What it moderates is the server that it is mounted on.
    /// - Parameter store: what it keeps over a restart, and where: ``ModerationStore/file(_:)``, or nothing,
    ///   ``ModerationStore/inMemory()``.
    public init(store: ModerationStore) { self.store = store }

    /// An event without an ack id is refused: staff must see what became of an act.
    public var stages: Stages { Stages(guards: [.when { $0.context.wantsAck }]) }

    /// Registers the verbs.
    public static func routes(_ routes: inout Routes<Self>) {
        routes.on("session.list", Self.listSessions)
        routes.on("session.kick", Self.kick)
        routes.on("token.revoke", Self.revoke)
        routes.on("user.reauth", Self.requireAuthentication)
        routes.on("announce", Self.announce)
        routes.on("stats", Self.stats)
        routes.on("policy.reload", Self.reloadPolicies)
        routes.on("policy.rollback", Self.rollbackPolicies)
        routes.on("policy.status", Self.policyStatus)
        routes.on("policy.explain", Self.explainDecision)
    }

    func listSessions(_ dto: SessionListRequest, _ context: EventContext) async throws -> JSONObject {
        let filter = SessionFilter(
            namespace: try namespace(dto.ns), room: dto.room, address: dto.ip, user: dto.user?.key)
        let runtime = context.client.server.runtime
        let page = try await runtime.directory.list(filter, after: dto.cursor ?? "", limit: dto.limit + 1)
        runtime.audit.record(
            AuditRecord(.adminSessionList, actor: context.auditActor, detail: ["items": AuditScalar(min(page.count, dto.limit))]))
        var answer: JSONObject = ["items": .array(page.prefix(dto.limit).map { .object($0.item) })]
        if page.count > dto.limit, let last = page.prefix(dto.limit).last { answer["cursor"] = .string(last.reference) }
        return answer
    }

    func kick(_ dto: KickRequest, _ context: EventContext) async throws -> JSONObject {
        let filter = SessionFilter(
            reference: dto.sessionReference, namespace: try namespace(dto.ns), user: dto.user?.key)
        let change = AdminChange(
            event: .adminSessionKick, requestID: dto.requestID, reason: dto.reason,
            target: AuditTarget(
                namespace: dto.ns, issuer: dto.user?.iss, subject: dto.user?.sub, reference: dto.sessionReference),
            fingerprint: "\(dto)", isDryRun: dto.dryRun)
        return try await change.perform(context, ledger) { runtime in
            let meant = try await runtime.directory.list(filter)
            guard !meant.isEmpty else { throw GatewayError(.notFound, "No such session is here") }
            try outranks(context.principal, meant.flatMap { $0.sockets.map(\.principal) }, runtime)
        } preview: { runtime in
            ["closed": .integer(Int64(try await runtime.directory.list(filter).count))]
        } effect: { runtime in
            if let seconds = dto.rejoinAfter { try await keepOut(filter, seconds, runtime) }
            let closure =
                dto.rejoinAfter.map { ConnectionClosure(.kickedTemporarily, retryAfter: $0) } ?? ConnectionClosure(.kicked)
            return ["closed": .integer(Int64(try await runtime.directory.close(filter, closure)))]
        }
    }

    func announce(_ dto: AnnounceRequest, _ context: EventContext) async throws -> JSONObject {
        let namespace = try namespace(dto.ns)
        let change = AdminChange(
            event: .adminAnnounce, requestID: dto.requestID, reason: dto.reason, target: AuditTarget(namespace: dto.ns, room: dto.room),
            fingerprint: "\(dto)", isDryRun: dto.dryRun)
        let target = BroadcastTarget(rooms: dto.room.map { [$0] } ?? [])
        func meant(_ runtime: ServerRuntime) async throws -> [NamespaceDefinition] {
            try await runtime.sockets.liveNamespaces().filter { namespace == nil || $0.namespace == namespace }
        }
        return try await change.perform(context, ledger) { runtime in
            if let namespace, runtime.sockets.definition(namespace) == nil {
                throw GatewayError(.notFound, "No gateway serves this namespace")
            }
        } preview: { runtime in
            var delivered = 0
            for definition in try await meant(runtime) { delivered += try await runtime.sockets.count(target, in: definition) }
            return ["delivered": .integer(Int64(delivered))]
        } effect: { runtime in
            let announcement = Announcement(level: dto.level, text: dto.text, id: dto.requestID)
            var delivered = 0
            for definition in try await meant(runtime) {
                let message = try PacketWriter.message(
                    SystemEvent.announcement.rawValue, prefix: definition.prefix, ackID: nil, announcement)
                delivered += try await runtime.sockets.broadcastCounted(
                    Broadcast(
                        namespace: definition, event: SystemEvent.announcement.rawValue, message: message, target: target, isSystem: true))
            }
            return ["delivered": .integer(Int64(delivered))]
        }
    }

    func stats(_ dto: StatsRequest, _ context: EventContext) async throws -> JSONObject {
        let runtime = context.client.server.runtime
        let answer = try await ServerStatistics.gather(runtime)
        runtime.audit.record(AuditRecord(.adminStats, actor: context.auditActor))
        return answer
    }

    /// Whoever is kicked for a time is refused `banned` until it is over. An anonymous client has no name to be kept out by.
    private func keepOut(_ filter: SessionFilter, _ seconds: Int, _ runtime: ServerRuntime) async throws {
        let end = runtime.clock.wallMilliseconds() + Int64(seconds) * 1_000
        let users = Set(try await runtime.directory.list(filter).flatMap { $0.sockets.compactMap { UserKey($0.principal) } })
        try await written { try await $0.exclude(Array(users), until: end) }
        for user in users { runtime.temporaryBans.ban(user, until: end) }
    }

    private func namespace(_ name: String?) throws -> Namespace? {
        guard let name else { return nil }
        guard let namespace = Namespace(name) else { throw GatewayError(.invalid, "ns is not a namespace") }
        return namespace
    }

    /// MOD-20: on nobody of equal or higher rank, oneself included, nor on who stood so high in the last 24 hours.
    /// - Parameter user: who is meant by name, whether he is here or not.
    func outranks(_ actor: Principal, _ subjects: [Principal], user: UserKey? = nil, _ runtime: ServerRuntime) throws {
        let (rank, now) = (StaffRank(actor), runtime.clock.wallMilliseconds())
        let users = Set(subjects.compactMap { UserKey($0) } + (user.map { [$0] } ?? []))
        guard subjects.allSatisfy({ StaffRank($0) < rank }), users.allSatisfy({ staff.rank(of: $0, now: now) < rank }) else {
            throw GatewayError(.rank, rank.refusal)
        }
    }
}

extension StaffRank {
    /// What an actor of this rank is told who reaches too high. Without a rank nobody stands below, so it is not the subject that is amiss.
    fileprivate var refusal: String {
        guard self == .none else { return "A subject of your own rank or above is not yours to act on" }
        let roles = Self.roles.map(\.name).joined(separator: ", ")
        return "Your token has no role with a rank, so nobody is yours to act on: it takes one of \(roles)"
    }
}

extension SocketIOServer {
    /// How many sockets a target reaches now.
    fileprivate func count(_ target: BroadcastTarget, in namespace: NamespaceDefinition) async throws -> Int {
        try await gather(namespace) { namespace in
            var count = 0
            namespace.forEach(in: target) { _ in count += 1 }
            return count
        }.reduce(0, +)
    }
}

/// The payload of `system.announcement`.
struct Announcement: JSONEncodable, Sendable {
    let level: AnnounceRequest.Level
    let text: String
    let id: String

    func encode(to writer: inout JSONWriter) {
        writer.object {
            $0.member("level", level.rawValue)
            $0.member("text", text)
            $0.member("id", id)
        }
    }
}
