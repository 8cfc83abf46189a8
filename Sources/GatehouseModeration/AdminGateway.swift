public import Gatehouse
import GatehouseAudit
import GatehouseJSON
import GatehousePolicy
import GatehouseTokens
import SocketIO

/// Moderation on `/admin`: sessions, rooms, mutes, bans, tokens, messages, policies. Every act carries a reason, is in the audit log before
/// it takes effect, and obeys rank (MOD-20, MOD-32). Who may use which verb stands in `policies/admin.yaml`.
public struct AdminGateway: Gateway {
    /// `/admin`
    public static let namespace: Namespace = "/admin"

    let running = RunningRequests()
    let publication = Publication()
    let staff = StaffMemory()
    let escalations = Escalations()
    let tokens = StaffTokens()
    let store: ModerationStore
    private let hasAdminUI: Bool
    let queries = ReadingDesk()
    let verifications = ReadingDesk(places: 2)
    var approvals: Approvals { Approvals(store: store) }

    /// The gateway. It moderates the server that it is mounted on.
    /// - Parameters:
    ///   - store: where its state survives a restart: ``ModerationStore/file(_:)``, or nowhere, ``ModerationStore/inMemory()``.
    ///   - adminUI: whether the Socket.IO Admin UI may connect to `/admin-ui`, which takes a policy of its own.
    public init(store: ModerationStore, adminUI: Bool = false) {
        self.store = store
        hasAdminUI = adminUI
    }

    /// An event without an ack id is refused: staff must see the result of an act.
    public var stages: Stages { Stages(guards: [.when { $0.context.wantsAck }]) }

    /// Registers the verbs.
    public func routes(_ on: inout Routes) {
        for type in ActCodec.types + [ActType(ActUndo.self), ActType(ActBulk.self)] { type.register(self, &on) }
        on(AdminVerb.approvalGrant, grantApproval)
        on(AdminVerb.approvalReject, rejectApproval)
        on(AdminVerb.approvalList, listApprovals)
        on(AdminVerb.staffSelf, describeSelf)
        on(AdminVerb.stats, stats)
        on(AdminVerb.sessionList, listSessions)
        on(AdminVerb.userGet, getUser)
        on(AdminVerb.banList, listBans)
        on(AdminVerb.muteList, listMutes)
        on(AdminVerb.lockList, listLocks)
        on(AdminVerb.actList, listActs)
        on(AdminVerb.reportList, listReports)
        on(AdminVerb.policyStatus, policyStatus)
        on(AdminVerb.policyExplain, explainDecision)
        on(AdminVerb.policyMatrix, policyMatrix)
        on(AdminVerb.sessionGet, session)
        on(AdminVerb.roomList, rooms)
        on(AdminVerb.roomGet, room)
        on(AdminVerb.auditQuery, queryAudit)
        on(AdminVerb.auditVerify.rawValue, verifyAudit).family(AdminVerb.auditVerify.family.rawValue)
        on(AdminVerb.auditHead.rawValue, auditHead).family(AdminVerb.auditHead.family.rawValue)
        on(AdminVerb.feedSubscribe.rawValue, subscribe).family(AdminVerb.feedSubscribe.family.rawValue)
            .emits(SessionFeed.self, as: FeedTopic.session.event).emits(RoomFeed.self, as: FeedTopic.room.event)
            .emits(DecisionFeed.self, as: FeedTopic.decision.event).emits(ModerationFeed.self, as: FeedTopic.moderation.event)
            .emits(AlertFeed.self, as: FeedTopic.alert.event)
        on(AdminVerb.feedUnsubscribe.rawValue, unsubscribe).family(AdminVerb.feedUnsubscribe.family.rawValue)
    }

    func listSessions(_ dto: SessionListRequest, _ context: EventContext) async throws -> EncodedJSON {
        let right = try await reach(of: .sessionList, context)
        let filter = SessionFilter(
            namespace: try namespace(dto.ns), room: dto.room, rooms: right.rooms, address: dto.ip, user: dto.user?.key)
        let runtime = context.client.server.runtime
        return try await OffLoop.run {
            let nodes = OtherNodes(runtime: runtime)
            var answer = try await nodes.sessions(filter, after: dto.cursor ?? "", limit: dto.limit)
            if runtime.cluster != nil {
                let others = await nodes.ask(.sessions(filter, after: dto.cursor ?? "", limit: dto.limit))
                answer = MergedPage([answer] + others.answers.compactMap(\.objectValue), by: "sid_ref", limit: dto.limit).object
                answer["silent_nodes"] = others.silentNodes
            }
            runtime.audit.record(
                AuditRecord(
                    .adminSessionList, actor: context.auditActor,
                    detail: ["items": AuditScalar(answer["items"]?.arrayValue?.count ?? 0)]))
            return try EncodedJSON(answer)
        }
    }

    func stats(_ dto: EmptyRequest, _ context: EventContext) async throws -> JSONObject {
        let runtime = context.client.server.runtime
        let answer = try await OffLoop.run { try await ServerStatistics.gatherAll(runtime) }
        runtime.audit.record(AuditRecord(.adminStats, actor: context.auditActor))
        return answer
    }

    func policyStatus(_ dto: EmptyRequest, _ context: EventContext) async throws -> JSONObject {
        let runtime = context.client.server.runtime
        let bundle = runtime.policies.current
        runtime.audit.record(AuditRecord(.adminPolicyStatus, actor: context.auditActor))
        var answer = bundle.summary
        answer["files"] = .array(
            bundle.files.map { ["name": .string($0.name), "revision": .integer($0.revision), "sha256": .string($0.sha256)] })
        answer["earlier"] = .array(runtime.policies.earlier.map { .object($0.summary) })
        return answer
    }

    func grantApproval(_ dto: ApprovalGrantRequest, _ context: EventContext) async throws -> JSONObject {
        try await approvals.grant(dto, context, self)
    }

    func rejectApproval(_ dto: ApprovalRejectRequest, _ context: EventContext) async throws -> JSONObject {
        try await approvals.reject(dto, context, self)
    }

    private func namespace(_ name: String?) throws -> Namespace? {
        guard let name else { return nil }
        guard let namespace = Namespace(name) else { throw GatewayError(.invalid, "ns is not a namespace") }
        return namespace
    }

    /// Uses the store. A failure is reported without the store's own words.
    func written<Value>(_ body: (OpenModerationStore) async throws -> Value) async throws -> Value {
        guard let open = store.opened else { throw GatewayError(.unavailable, "The server is stopping; nothing was done") }
        do {
            return try await body(open)
        } catch let error as RevocationError {
            throw GatewayError(error.code == .full ? .limit : .invalid, error.message)
        } catch let error as ModerationStoreError where error.code == .full {
            throw GatewayError(.limit, error.message)
        } catch {
            throw GatewayError(.unavailable, "This cannot be kept now, so it was not done", cause: error)
        }
    }
}

extension AdminGateway: AccompaniedGateway {
    package var companions: [any Gateway] { hasAdminUI ? [AdminUIGateway(self)] : [] }
}

/// The handler of an act's verb.
struct ActRoute<A: Act>: Sendable {
    let gateway: AdminGateway

    func make(_ act: A, _ context: EventContext) async throws -> JSONObject { try await ActRunner(gateway: gateway).make(act, context) }
}

extension Routes {
    mutating func callAsFunction<Request: Payload, Result: HandlerResult>(
        _ verb: AdminVerb, _ handler: @escaping @Sendable (Request, EventContext) async throws -> Result
    ) {
        callAsFunction(verb.rawValue, handler).family(verb.family.rawValue)
    }
}

extension StaffRank {
    /// The error for an actor whose rank is too low. An actor without a rank can act on nobody, so the error concerns the actor.
    var refusal: String {
        guard self == .none else { return "A subject of your own rank or above is not yours to act on" }
        let roles = Self.roles.map(\.name).joined(separator: ", ")
        return "Your token has no role with a rank, so nobody is yours to act on: it takes one of \(roles)"
    }
}
