import Gatehouse
import GatehouseJSON

/// Whether all nodes of a cluster have agreed (CLU-25). Pure.
struct NodeVerdict {
    /// How much of another node's account is shown.
    private static let account = 1_000

    private let answers: [JSONValue]
    /// The nodes without an answer.
    private let silent: [String]

    /// - Parameter living: the names of the nodes that live: each of them has to answer.
    init(_ found: OtherNodes.Answers, living: [String]) {
        answers = found.answers
        var answered: [String: Int] = [:]
        for answer in found.answers { answered[answer["node"]?.stringValue ?? "", default: 0] += 1 }
        var missing: [String] = []
        for name in living {
            if let count = answered[name], count > 0 { answered[name] = count - 1 } else { missing.append(name) }
        }
        // Whoever listens and is not known yet may have the old policies.
        silent = missing.isEmpty ? found.silent : missing
    }

    private var refusals: [JSONValue] { answers.filter { $0["ok"] != true } }

    /// The nodes that have not done what was asked, as far as is known.
    var failed: [String] { silent + refusals.compactMap { $0["node"]?.stringValue } }

    /// The nodes that say that they have these policies.
    func having(_ sha256: String) -> [String] {
        answers.filter { $0["sha256"]?.stringValue == sha256 }.compactMap { $0["node"]?.stringValue }
    }

    /// Why not all have agreed; `nil` if they have.
    var refusal: GatewayError? {
        guard silent.isEmpty else {
            return GatewayError(.unavailable, "These nodes did not answer: \(silent.joined(separator: ", "))")
        }
        guard let first = refusals.first else { return nil }
        let message = first["message"]?.stringValue.map { String($0.prefix(Self.account)) } ?? "no reason"
        let code: ReplyCode = first["code"]?.stringValue.flatMap { ReplyCode(rawValue: $0) } ?? .unavailable
        return GatewayError(code, "\(first["node"]?.stringValue ?? "a node"): \(message)")
    }

    /// Which nodes have other files than this one; `nil` for none.
    func difference(from sha256: String) -> GatewayError? {
        let others = answers.filter { $0["sha256"]?.stringValue != sha256 }.compactMap { $0["node"]?.stringValue }
        guard !others.isEmpty else { return nil }
        return GatewayError(.conflict, "The files of these nodes are not those of this one: \(others.sorted().joined(separator: ", "))")
    }

    /// The greatest number that a node would give to its next policies.
    var greatestGeneration: UInt64 {
        answers.compactMap { $0["generation"]?.integerValue.flatMap { UInt64(exactly: $0) } }.max() ?? 0
    }
}
