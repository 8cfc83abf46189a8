import GatehouseAudit
import GatehousePolicy

extension AuditLog {
    /// Records which files and rules of new policies do not enforce (POL-09): one record for each, up to 256.
    func recordRelaxations(of bundle: PolicyBundle) {
        for relaxation in bundle.relaxations.prefix(256) {
            var detail: AuditDetail = [
                "mode": .string(relaxation.mode.rawValue), "line": .integer(Int64(relaxation.position.line)),
                "generation": AuditScalar(bundle.generation),
            ]
            if let rule = relaxation.rule { detail.append("rule", .string(rule)) }
            record(
                AuditRecord(
                    .nodeConfig, severity: .warning, target: AuditTarget(reference: relaxation.position.file), detail: detail))
        }
    }
}
