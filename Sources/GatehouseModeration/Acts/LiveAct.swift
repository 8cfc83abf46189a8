import Gatehouse
import GatehouseJSON

/// An act that does something to open sessions which does not follow from what it keeps: each node of a cluster does it to its own
/// (CLU-22).
protocol LiveAct: Act {
    /// How long after the act another node still does it, in milliseconds; `nil`: whenever it learns of the act.
    static var lifetime: Int64? { get }

    /// Whether other nodes do it, too.
    func concernsOthers(than node: ActNode) -> Bool
    /// Does it to the sessions of one node.
    /// - Returns: what was done, for the answer.
    func effect(on node: ActNode) async throws -> JSONObject
}

extension LiveAct {
    static var lifetime: Int64? { nil }
    func concernsOthers(than node: ActNode) -> Bool { true }

    func effect(_ making: ActMaking) async throws -> JSONObject { try await effect(on: making.node) }
}
