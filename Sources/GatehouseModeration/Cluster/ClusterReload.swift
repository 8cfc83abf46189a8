import Gatehouse
import GatehouseJSON
import GatehousePolicy
import NIOCore

/// Puts the policy files of all nodes in force, or those of none (CLU-25). All nodes read, check and test their files first. If all have the
/// same good files, the other nodes take them under one generation, and this node last. Where one fails, those that have taken them go back.
struct ClusterReload: Sendable {
    /// How long a node may take for each step: reading, checking and testing its policies.
    static let limit: TimeAmount = .seconds(5)

    let nodes: OtherNodes
    let reload: PolicyReload
    let origin: PolicyReload.Origin
    let force: Bool
    let id: PolicyPlan.ID
    let actor: UserID

    /// - Returns: what came of it here, and on the other nodes.
    /// - Throws: ``GatewayError``: nothing is changed then, or its message says where something may be.
    func make() async throws -> (PolicyReload.Outcome, nodes: [JSONValue]?) {
        let runtime = nodes.runtime
        guard let cluster = runtime.cluster else { throw GatewayError(.invalid, "This server is in no cluster: leave 'cluster' out") }
        let status = cluster.status
        guard status.isConnected, status.nodes.contains(where: { $0.uid == status.uid }) else {
            throw GatewayError(.unavailable, "The other nodes cannot be asked now, so no policies were changed")
        }
        let living = status.nodes.filter { $0.uid != status.uid }.map(\.name)
        let own = try await own { () throws(PolicyReloadError) in try await reload.rehearse(by: origin, force: force) }
        let rehearsed = await ask(.rehearse)
        let ready = NodeVerdict(rehearsed, living: living)
        if let error = ready.refusal ?? ready.difference(from: own.sha256) { throw error }
        let plan = PolicyPlan(id: id, sha256: own.sha256, generation: max(own.generation, ready.greatestGeneration))
        let taken = await ask(.carryOut(plan))
        if let error = NodeVerdict(taken, living: living).refusal { throw await takenBack(error, plan, living) }
        do throws(PolicyReloadError) {
            let outcome = try await reload.reload(by: origin, force: force, as: plan)
            return (outcome, taken.answers.map { .object($0.shortened) })
        } catch {
            throw await takenBack(error.reply, plan, living)
        }
    }

    private func own<Value>(_ body: () async throws(PolicyReloadError) -> Value) async throws -> Value {
        do throws(PolicyReloadError) {
            return try await body()
        } catch {
            throw error.reply
        }
    }

    private func ask(_ step: PolicyQuestion.Step) async -> OtherNodes.Answers {
        await nodes.ask(.policies(PolicyQuestion(step, force: force, node: nodes.runtime.node, actor: actor)), within: Self.limit)
    }

    /// The others go back.
    /// - Returns: the error, with what is known of them.
    private func takenBack(_ error: GatewayError, _ plan: PolicyPlan, _ living: [String]) async -> GatewayError {
        let verdict = NodeVerdict(await ask(.takeBack(id)), living: living)
        let isNew = nodes.runtime.policies.current.sha256 != plan.sha256
        let doubtful = verdict.failed + (isNew ? verdict.having(plan.sha256) : [])
        let rest =
            doubtful.isEmpty
            ? "; all nodes have the policies that they had"
            : "; look at \(doubtful.joined(separator: ", ")), which may have the new policies all the same"
        return GatewayError(code: error.code, message: error.message + rest, cause: error.cause)
    }
}

extension JSONValue {
    /// What the answer to staff has of another node's.
    fileprivate var shortened: JSONObject {
        JSONObject().adding([
            "node": self["node"], "generation": self["generation"], "changed": self["changed"], "closed": self["closed"],
        ])
    }
}
