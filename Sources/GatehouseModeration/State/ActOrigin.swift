import Gatehouse
import GatehouseAudit

/// Where something that is kept comes from: which act, by whom, when and why.
struct ActOrigin: Sendable, Equatable {
    /// The `request_id` of the act.
    let request: ULID
    let by: UserID
    /// Milliseconds since 1970.
    let at: Int64
    let reason: String
}
