import Gatehouse
import GatehouseAudit
import GatehouseJSON
import GatehousePolicy

/// `policy.matrix`: role by event, of one namespace.
struct PolicyMatrixRequest: Payload {
    var ns: String?

    static let schema = Schema(Field("ns", \.ns, .length(1...128)), make: PolicyMatrixRequest.init)
}

extension AdminGateway {
    /// The matrix of a namespace, as the policies in force have it; without one, of the first. The table of `gatehouse policy matrix`.
    func policyMatrix(_ request: PolicyMatrixRequest, _ context: EventContext) async throws -> JSONObject {
        let runtime = context.client.server.runtime
        let bundle = runtime.policies.current
        let names = bundle.namespaces.keys.sorted()
        let name = request.ns ?? names.first ?? AdminGateway.namespace.name
        runtime.audit.record(
            AuditRecord(.adminPolicyMatrix, actor: context.auditActor, target: AuditTarget(namespace: name)))
        // It asks every rule for every cell.
        guard let matrix = await OffLoop.run({ bundle.matrix(namespace: name) }) else {
            throw GatewayError(.notFound, "No policy is for this namespace, so everything in it is denied")
        }
        return [
            "ns": .string(name), "namespaces": .array(names.map { .string($0) }), "roles": .array(matrix.roles.map { .string($0) }),
            "generation": .integer(Int64(bundle.generation)),
            "rows": .array(
                matrix.rows.map { row in
                    ["event": .string(row.event), "cells": .array(row.cells.map { .string($0.rawValue) })]
                }),
        ]
    }
}
