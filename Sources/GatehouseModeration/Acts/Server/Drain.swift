import Gatehouse
import SocketIO

/// `drain`: a server accepts nobody any more, tells its clients to go elsewhere, and stops. In a cluster it is the one that `node` names:
/// the one that is asked without it, all of them with `*`.
struct Drain: LiveAct {
    static let verb = AdminVerb.drain
    /// A node that comes back later is meant no more.
    static var lifetime: Int64? { 30_000 }

    var requestID: String
    var reason: String
    var deadline: Int64
    var target: String?
    var dryRun: Bool

    static let schema = Schema(
        Field("request_id", \.requestID, .ulid),
        Field("reason", \.reason, .length(1...512)),
        Field("deadline_s", \.deadline, .range(0...300)),
        Field("node", \.target, .length(1...128)),
        Field("dry_run", \.dryRun, default: false),
        make: Drain.init
    )

    var subject: ActSubject { ActSubject(reference: target) }

    private func means(_ node: ActNode) -> Bool { target == "*" || (target ?? node.runtime.node) == node.runtime.node }

    func concernsOthers(than node: ActNode) -> Bool { target.map { $0 != node.runtime.node } ?? false }

    func check(_ making: ActMaking) async throws {
        guard let target, !means(making.node) else { return }
        guard let cluster = making.runtime.cluster, cluster.status.nodes.contains(where: { $0.name == target }) else {
            throw GatewayError(.notFound, "No node of this name is in the cluster: stats has those that are")
        }
    }

    func preview(_ making: ActMaking) async throws -> JSONObject { ["closing": try await closing(making.node)] }

    /// Other nodes stop at once; the one that answers stops after its answer.
    func effect(on node: ActNode) async throws -> JSONObject {
        let count = try await closing(node)
        if means(node) { node.runtime.drain(within: .seconds(deadline)) }
        return ["closing": count]
    }

    func effect(_ making: ActMaking) async throws -> JSONObject { ["closing": try await closing(making.node)] }

    private func closing(_ node: ActNode) async throws -> JSONValue {
        .integer(means(node) ? Int64(try await node.directory.count(SessionFilter())) : 0)
    }

    /// The stop ends the session that asks, too.
    func afterwards(_ making: ActMaking) async { if means(making.node) { making.runtime.drain(within: .seconds(deadline)) } }
}
