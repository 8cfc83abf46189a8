import Gatehouse
import GatehouseJSON
import GatehousePolicy
import SocketIO

// Policies are rehearsed with `policy check` and `policy diff`, so these acts have no dry run.

/// `policy.reload`: reads the policies of the running server again (POL-40), or those of all nodes of its cluster (CLU-25).
struct PolicyReloadAct: Act {
    static let verb = AdminVerb.policyReload

    var requestID: String
    var reason: String
    /// Whether to put them in force although the actor gains rights by them, or they relax what holds.
    var force: Bool
    /// Whether all nodes of the cluster do it, all or none.
    var cluster: Bool
    var dryRun: Bool { false }

    static let schema = Schema(
        Field("request_id", \.requestID, .ulid),
        Field("reason", \.reason, .length(1...512)),
        Field("force", \.force, default: false),
        Field("cluster", \.cluster, default: false),
        make: PolicyReloadAct.init
    )

    var subject: ActSubject { ActSubject() }

    func check(_ making: ActMaking) async throws { try making.requireReload() }

    func effect(_ making: ActMaking) async throws -> JSONObject {
        if cluster {
            return try await making.changePolicies { reload, origin in
                try await ClusterReload(
                    nodes: OtherNodes(runtime: making.runtime), reload: reload, origin: origin, force: force, id: requestID,
                    actor: making.actor
                ).make()
            }
        }
        return try await making.changePolicies { reload, origin in
            do throws(PolicyReloadError) {
                return (try await reload.reload(by: origin, force: force), nil)
            } catch {
                throw error.reply
            }
        }
    }
}

/// `policy.rollback`: back to earlier policies.
struct PolicyRollbackAct: Act {
    static let verb = AdminVerb.policyRollback

    var requestID: String
    var reason: String
    var steps: Int
    var dryRun: Bool { false }

    static let schema = Schema(
        Field("request_id", \.requestID, .ulid),
        Field("reason", \.reason, .length(1...512)),
        Field("steps", \.steps, .range(1...8), default: 1),
        make: PolicyRollbackAct.init
    )

    var subject: ActSubject { ActSubject() }

    func check(_ making: ActMaking) async throws { try making.requireReload() }

    func effect(_ making: ActMaking) async throws -> JSONObject {
        try await making.changePolicies { reload, origin in
            do throws(PolicyReloadError) {
                return (try await reload.rollback(steps, by: origin), nil)
            } catch {
                throw error.reply
            }
        }
    }
}

extension ActMaking {
    fileprivate func requireReload() throws {
        guard runtime.policyReload != nil else {
            throw GatewayError(.unavailable, "The policies of this server do not change while it runs")
        }
    }

    fileprivate func changePolicies(
        _ body: @escaping @Sendable (PolicyReload, PolicyReload.Origin) async throws -> (PolicyReload.Outcome, nodes: [JSONValue]?)
    ) async throws -> JSONObject {
        let (client, principal) = (try context.client, try context.principal)
        guard let reload = runtime.policyReload,
            let subject = principal.subject(
                from: client.handshake.client, origin: RequestOrigin(client.handshake.source), transport: .websocket,
                seenBy: runtime.policies.current)
        else { throw GatewayError(.forbidden, "Forbidden resource") }
        let origin = PolicyReload.Origin.staff(subject, client.actor)
        let (outcome, nodes) = try await OffLoop.run { try await body(reload, origin) }
        var answer = outcome.bundle.summary
        if let nodes { answer["nodes"] = .array(nodes) }
        answer["changed"] = .bool(outcome.changed)
        answer["closed"] = .integer(Int64(outcome.closed))
        answer["warnings"] = .array(outcome.warnings.prefix(32).map { .string($0.description) })
        return answer
    }
}
