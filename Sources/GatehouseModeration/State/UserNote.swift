import Gatehouse
import GatehouseAudit

/// What staff note about a user (MOD-68). Users never see it.
struct UserNote: Sendable, Equatable {
    let id: ULID
    let user: UserID
    let text: String
}
