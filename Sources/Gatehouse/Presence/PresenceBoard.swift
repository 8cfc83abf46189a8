import NIOConcurrencyHelpers
import NIOCore
import SocketIO

/// The changes of all rooms that clients may follow, for all event loops of a server.
final class PresenceBoard: Sendable {
    private let changes = NIOLockedValueBox(PresenceChanges())

    func joined(_ user: UserID, _ room: String, of definition: NamespaceDefinition, at now: NIODeadline) -> NIODeadline? {
        changes.withLockedValue { $0.joined(user, room, of: definition, at: now) }
    }

    func left(_ user: UserID, _ room: String, of definition: NamespaceDefinition, at now: NIODeadline) -> NIODeadline? {
        changes.withLockedValue { $0.isEmpty ? nil : $0.left(user, room, of: definition, at: now) }
    }

    func take(at now: NIODeadline) -> (reports: [PresenceChanges.Report], next: NIODeadline?) {
        changes.withLockedValue { $0.take(at: now) }
    }
}
