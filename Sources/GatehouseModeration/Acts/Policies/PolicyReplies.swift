import Gatehouse
import GatehouseJSON
import GatehousePolicy

extension PolicyBundle {
    /// The form for staff.
    var summary: JSONObject {
        ["generation": .integer(Int64(clamping: generation)), "revision": .integer(revision), "sha256": .string(sha256)]
    }
}

extension PolicyReloadError {
    /// The answer for staff: the first mistakes with their places, which name no secret. The operational log has all of them.
    var reply: GatewayError {
        switch code {
        case .rejected:
            let mistakes = (cause as? PolicyErrors)?.errors ?? []
            let first = mistakes.prefix(8).map(\.description).joined(separator: "\n")
            let more = mistakes.count > 8 ? "\nand \(mistakes.count - 8) more" : ""
            return GatewayError(.invalid, mistakes.isEmpty ? message : "\(message):\n\(first)\(more)", cause: self)
        case .gain: return GatewayError(.forbidden, message, cause: self)
        case .noEarlier: return GatewayError(.notFound, message, cause: self)
        case .differs: return GatewayError(.conflict, message, cause: self)
        case .auditUnavailable: return GatewayError(.auditUnavailable, message, cause: self)
        }
    }
}
