import Gatehouse
import GatehouseAudit
import GatehouseJSON
import GatehousePolicy

/// What a node asks another for a reload of all nodes (CLU-25): first whether it could, then to do it, and to take it back where a third
/// one failed. It names the member of staff, for the audit log.
struct PolicyQuestion: Sendable, Equatable {
    enum Step: Sendable, Equatable {
        case rehearse
        case carryOut(PolicyPlan)
        case takeBack(PolicyPlan.ID)
    }

    var step: Step
    var force: Bool
    /// The name of the node that asks.
    var node: String
    var actor: UserID

    var json: JSONObject {
        var object: JSONObject = [
            "ask": "policies", "force": .bool(force), "by_node": .string(node), "by": .object(actor.json),
        ]
        switch step {
        case .rehearse: object["step"] = "rehearse"
        case .carryOut(let plan):
            object["step"] = "carry_out"
            object["id"] = .string(plan.id)
            object["sha256"] = .string(plan.sha256)
            object["generation"] = .integer(Int64(clamping: plan.generation))
        case .takeBack(let id):
            object["step"] = "take_back"
            object["id"] = .string(id)
        }
        return object
    }

    init(_ step: Step, force: Bool, node: String, actor: UserID) {
        self.step = step
        self.force = force
        self.node = node
        self.actor = actor
    }

    /// `nil` for what no node asks.
    init?(_ json: JSONValue) {
        guard let force = json["force"]?.boolValue, let node = json["by_node"]?.stringValue, node.utf8.count <= 256,
            let actor = json["by"].flatMap({ UserID($0) })
        else { return nil }
        func id() -> String? { json["id"]?.stringValue.flatMap { $0.utf8.count <= 64 ? $0 : nil } }
        switch json["step"]?.stringValue {
        case "rehearse": self.init(.rehearse, force: force, node: node, actor: actor)
        case "carry_out":
            guard let id = id(), let sha256 = json["sha256"]?.stringValue,
                let generation = json["generation"]?.integerValue.flatMap({ UInt64(exactly: $0) })
            else { return nil }
            self.init(.carryOut(PolicyPlan(id: id, sha256: sha256, generation: generation)), force: force, node: node, actor: actor)
        case "take_back":
            guard let id = id() else { return nil }
            self.init(.takeBack(id), force: force, node: node, actor: actor)
        default: return nil
        }
    }

    /// Does what is asked. Reads files: not for event loops.
    /// - Returns: `ok`, and what came of it or why not.
    func answer(_ runtime: ServerRuntime) async -> JSONObject {
        guard let reload = runtime.policyReload else {
            return ["ok": false, "message": "the policies of this server do not change while it runs"]
        }
        let origin = PolicyReload.Origin.cluster(node: node, AuditActor(issuer: actor.iss, subject: actor.subject))
        do throws(PolicyReloadError) {
            switch step {
            case .rehearse:
                let found = try await reload.rehearse(by: origin, force: force)
                return ["ok": true, "sha256": .string(found.sha256), "generation": .integer(Int64(clamping: found.generation))]
            case .carryOut(let plan):
                let outcome = try await reload.reload(by: origin, force: force, as: plan)
                return [
                    "ok": true, "generation": .integer(Int64(clamping: outcome.bundle.generation)), "changed": .bool(outcome.changed),
                    "closed": .integer(Int64(outcome.closed)),
                ]
            case .takeBack(let id):
                let outcome = try await reload.takeBack(id, by: origin)
                // A node that began anew meanwhile knows nothing of the plan, and may have loaded the new files.
                return ["ok": true, "changed": .bool(outcome != nil), "sha256": .string(runtime.policies.current.sha256)]
            }
        } catch {
            let reply = error.reply
            return ["ok": false, "code": .string(reply.code.description), "message": .string(reply.message)]
        }
    }
}
