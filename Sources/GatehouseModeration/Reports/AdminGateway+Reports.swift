package import Gatehouse
import GatehouseAudit
import GatehouseJSON
import GatehousePolicy
import SocketIO

extension AdminGateway: GuestRouteGateway {
    package func guestRoutes(_ on: inout Routes) { on(RouteCatalogue.report, takeReport) }

    /// Keeps a report for staff, and makes the measures that it is due (`_moderation.yaml`). Answered once it is durable.
    func takeReport(_ request: ReportRequest, _ context: EventContext) async throws -> JSONObject {
        let runtime = context.client.server.runtime
        let reporter = try context.user
        guard request.user?.key != reporter else { throw GatewayError(.invalid, "You cannot report yourself") }
        let room = request.room ?? context.room?.description
        // Who is elsewhere knows nothing of a room, and must not bring a measure upon it.
        if let room, try await !context.client.rooms.contains(room) {
            throw GatewayError(.forbidden, "You are not in this room")
        }
        let report = UserReport(
            id: ULIDGenerator.shared.next(), reporter: reporter, namespace: context.namespace, room: room,
            messageID: request.messageID, user: request.user?.key, reason: request.reason)
        try await written { try await $0.read { try ReportTable.requireRoom(for: reporter, $0) } }
        let now = runtime.clock.wallMilliseconds()
        let records = ReportRecords(report, context.client.actor, runtime, at: now)
        try await records.intent()
        do {
            let origin = ActOrigin(request: report.id, by: reporter, at: now, reason: report.reason)
            // The other nodes of a cluster have it in their queue, too.
            let body = SharedBody.state([KeptChange(change: .report(report), origin: origin)])
            let draft = runtime.cluster == nil ? nil : SharedOutbox.Draft(text: body.text, now: now)
            _ = try await written { try await $0.make([.report(report)], origin, nil, sharing: draft, now: now) }
            if draft != nil { publication.ring() }
        } catch {
            records.result(.failed)
            throw error
        }
        records.result(.ok)
        // Whatever becomes of its reporter now.
        await Task { [self] in await escalations.reported(report, self, runtime) }.value
        return ["report_id": .string(report.id.description)]
    }
}

/// The audit records of one report, and the item of the feed.
struct ReportRecords: Sendable {
    private let report: UserReport
    private let actor: AuditActor
    private let runtime: ServerRuntime
    private let at: Int64

    init(_ report: UserReport, _ actor: AuditActor, _ runtime: ServerRuntime, at: Int64) {
        self.at = at
        self.report = report
        self.actor = actor
        self.runtime = runtime
    }

    private var target: AuditTarget {
        AuditTarget(
            namespace: report.namespace.name, room: report.room, issuer: report.user?.iss, subject: report.user?.subject,
            reference: report.messageID)
    }

    /// With the whole report, so that it can be rebuilt from the log (MOD-53).
    func intent() async throws {
        let text = JSONValue.array([StateChange.report(report).json]).serialized
        guard AuditText.fits(text) else { throw GatewayError(.tooLarge, "The names in this report are too long to be recorded") }
        var record = record("intent", .pending)
        record.detail.append("at", .integer(at))
        record.detail.append("changes", .document(text))
        do {
            _ = try await runtime.audit.recordDurably(record)
        } catch {
            result(.failed)
            throw GatewayError(.auditUnavailable, "The report cannot be recorded now: try again later", cause: error)
        }
    }

    func result(_ outcome: AuditOutcome) {
        runtime.audit.record(record("result", outcome))
        guard outcome == .ok else { return }
        runtime.feed.publish(
            .moderation,
            FeedItem(
                act: "report", by: report.reporter, on: target, reason: report.reason, request: report.id.description,
                at: runtime.clock.wallMilliseconds()))
    }

    private func record(_ stage: String, _ outcome: AuditOutcome) -> AuditRecord {
        AuditRecord(
            .reportReceived, outcome: outcome, actor: actor, target: target,
            detail: ["stage": .string(stage), "reason": .string(report.reason)], request: report.id)
    }
}
