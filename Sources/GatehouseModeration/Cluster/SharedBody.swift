import Gatehouse
import GatehouseAudit

/// What an entry of the shared log, or a part of its snapshot, says.
enum SharedBody: Sendable {
    /// An act of staff.
    case act(SharedAct)
    /// Who is staff, and with which tokens: rank protects on every node (MOD-20).
    case staff([StaffSighting], [StaffToken])
    /// What a store keeps: at its joining, and in a snapshot.
    case state([KeptChange])
    /// Which entries of each origin a snapshot holds.
    case origins([(origin: String, number: Int64)])
}

/// A change with where it comes from.
struct KeptChange: Sendable {
    let change: StateChange
    let origin: ActOrigin
}

/// An act that was made on one node, for the others.
struct SharedAct: Sendable {
    /// With its changes, what takes them back, and its answer.
    var request: KeptRequest
    var reason: String
    /// The act that it takes back.
    var undone: KeptRequest.Key?

    var origin: ActOrigin { ActOrigin(request: request.id, by: request.actor, at: request.at, reason: reason) }

    var changes: [KeptChange] { request.changes.map { KeptChange(change: $0, origin: origin) } }
}
