package import GatehouseJSON
package import NIOCore

/// How much a namespace keeps for clients that come back (REC-01, REC-05).
package struct RecoverySettings: Sendable, Equatable {
    /// How long a session, and an event, is kept.
    package var window: TimeAmount
    /// The events that are kept, in bytes; and again as many for the rooms of sessions.
    package var bytes: Int
    /// How many events are kept.
    package var messages: Int
    /// Where an event has the id by which a redaction names it; `nil` for `/id`.
    package var idAt: JSONPointer?

    package init(window: TimeAmount, bytes: Int, messages: Int, idAt: JSONPointer? = nil) {
        self.idAt = idAt
        self.window = window
        self.bytes = bytes
        self.messages = messages
    }

    /// How many sessions a namespace keeps. The oldest go first.
    static let sessions = 20_000
    /// How many sessions of one user it keeps.
    static let sessionsPerOwner = 20
}
