import Gatehouse
import GatehouseAudit

/// `report.claim`: whoever claims a report looks into it, so that no two do.
struct ReportClaim: Act {
    static let verb = AdminVerb.reportClaim

    var requestID: String
    var reason: String
    var reportID: String
    var dryRun: Bool

    static let schema = Schema(
        Field("request_id", \.requestID, .ulid),
        Field("reason", \.reason, .length(1...512)),
        Field("report_id", \.reportID, .ulid),
        Field("dry_run", \.dryRun, default: false),
        make: ReportClaim.init
    )

    var subject: ActSubject { ActSubject(reference: reportID) }
    var isConfinedByParts: Bool { true }

    func check(_ making: ActMaking) async throws {
        let kept = try await making.waitingReport(reportID, Self.verb)
        guard kept.status == .open || kept.by == making.actor else {
            throw GatewayError(.conflict, "Somebody else looks into this report")
        }
    }

    func changes(_ making: ActMaking) async throws -> [StateChange] { ULID(reportID).map { [.claimReport($0)] } ?? [] }

    func effect(_ making: ActMaking) async throws -> JSONObject { ["claimed": .bool(true)] }
}

extension ActMaking {
    /// A report that is not resolved yet, and whose user and room are the actor's to act on.
    func waitingReport(_ text: String, _ verb: AdminVerb) async throws -> KeptReport {
        guard let id = ULID(text), let kept = try await gateway.written({ try await $0.read { try ReportTable.report(id, $0) } }) else {
            throw GatewayError(.notFound, "There is no such report: report.list has those that wait")
        }
        guard try await right(to: verb.rawValue).includes(kept.report.room) else {
            throw GatewayError(.forbidden, "Your right is confined to some rooms, and this report is about more")
        }
        guard kept.status != .resolved else { throw GatewayError(.conflict, "This report is resolved") }
        // Staff do not decide about themselves or their like.
        if let user = kept.report.user { try await requireRank(over: user) }
        return kept
    }
}
