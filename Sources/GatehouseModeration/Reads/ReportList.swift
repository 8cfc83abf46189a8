import Gatehouse
import GatehouseAudit

/// `report.list`: the queue of reports, the oldest first. Without `status`, those that wait for staff.
struct ReportListRequest: Payload {
    var status: UserReport.Status?
    var user: UserReference?
    var reporter: UserReference?
    var ns: String?
    var room: String?
    var limit: Int
    var cursor: String?

    static let schema = Schema(
        Field("status", \.status),
        Field("user", \.user),
        Field("reporter", \.reporter),
        Field("ns", \.ns, .length(1...128)),
        Field("room", \.room, .length(1...256)),
        Field("limit", \.limit, .range(1...200), default: 50),
        Field("cursor", \.cursor, .length(1...64)),
        make: ReportListRequest.init
    )
}

extension AdminGateway {
    func listReports(_ request: ReportListRequest, _ context: EventContext) async throws -> JSONObject {
        let runtime = context.client.server.runtime
        let rooms = try await context.client.right(to: AdminVerb.reportList.rawValue).rooms
        let filter = ReportTable.Filter(
            status: request.status, user: request.user?.key, reporter: request.reporter?.key, ns: request.ns, room: request.room,
            rooms: rooms)
        let page = try await written {
            try await $0.read { try ReportTable.list(filter, after: request.cursor ?? "", limit: request.limit + 1, $0) }
        }
        let shown = page.prefix(request.limit)
        var answer: JSONObject = ["items": .array(shown.map { .object($0.item) })]
        if page.count > shown.count, let last = shown.last { answer["cursor"] = .string(last.report.id.description) }
        runtime.audit.record(
            AuditRecord(AdminVerb.reportList.auditEvent, actor: context.auditActor, detail: ["items": AuditScalar(shown.count)]))
        return answer
    }
}

extension KeptReport {
    /// The report as staff see it.
    var item: JSONObject {
        let item: JSONObject = [
            "report_id": .string(report.id.description), "reporter": .object(report.reporter.json), "ns": .string(report.namespace.name),
            "reason": .string(report.reason), "at": .integer(at), "status": .string(status.rawValue), "changed": .integer(changed),
        ]
        return item.adding([
            "user": report.user.map { .object($0.json) }, "room": report.room.map { .string($0) },
            "message_id": report.messageID.map { .string($0) }, "outcome": outcome.map { .string($0.rawValue) },
            "by": by.map { .object($0.json) }, "note": note.map { .string($0) },
        ])
    }
}
