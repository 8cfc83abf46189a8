import Gatehouse
import GatehouseAudit

/// `report.resolve`: staff have looked into a report. What is done about its user is an act of its own.
struct ReportResolve: Act {
    static let verb = AdminVerb.reportResolve

    var requestID: String
    var reason: String
    var reportID: String
    var outcome: UserReport.Outcome
    var dryRun: Bool

    static let schema = Schema(
        Field("request_id", \.requestID, .ulid),
        Field("reason", \.reason, .length(1...512)),
        Field("report_id", \.reportID, .ulid),
        Field("outcome", \.outcome),
        Field("dry_run", \.dryRun, default: false),
        make: ReportResolve.init
    )

    var subject: ActSubject { ActSubject(reference: reportID) }
    var isConfinedByParts: Bool { true }

    func check(_ making: ActMaking) async throws {
        let kept = try await making.waitingReport(reportID, Self.verb)
        guard kept.status == .open || kept.by == making.actor || making.rank == .admin else {
            throw GatewayError(.conflict, "Somebody else looks into this report")
        }
    }

    func changes(_ making: ActMaking) async throws -> [StateChange] { ULID(reportID).map { [.resolveReport($0, outcome)] } ?? [] }

    func effect(_ making: ActMaking) async throws -> JSONObject { ["resolved": .string(outcome.rawValue)] }
}
