/// Something that must not be.
struct ModelViolation: Sendable, Equatable, CustomStringConvertible {
    enum Rule: String, Sendable, CaseIterable {
        /// A message reached a session twice.
        case doubled
        /// Two messages of one connection to one room came the wrong way round.
        case order
        /// A message of a room reached a client that was not in it.
        case notMember
        /// A client got what no `receive` rule lets it have.
        case receiveRule
        /// A client got what nobody sent, or what was refused, or in another room.
        case invented
        /// A node took a message of a client that is not in the room, or that is muted there, or for a room that is locked there.
        case accepted
        /// What a shadow-muted client sent reached another client.
        case shadow
        /// A node let in a client that it knew to be banned.
        case banned
        /// A node let a client into a room that it knew to be closed.
        case closedRoom
        /// Something came after staff had put the client out.
        case afterEnd
        /// A session went on after staff had put the client out.
        case recovered
        /// An accepted message is missing, and nothing that the documentation names explains it.
        case lost
        /// More messages are missing than a node has counted as possibly lost.
        case uncounted
        /// The nodes have not ended with the same restrictions.
        case diverged
    }

    var rule: Rule
    var text: String

    var description: String { "\(rule.rawValue): \(text)" }
}
