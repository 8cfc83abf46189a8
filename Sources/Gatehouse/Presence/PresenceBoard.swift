import NIOConcurrencyHelpers
import NIOCore
import SocketIO
import Synchronization

/// The changes of all rooms that clients may follow, for all event loops of a server.
final class PresenceBoard: Sendable {
    private let changes = NIOLockedValueBox(PresenceChanges())
    /// Whether anybody was ever counted: until then a client that leaves costs no lock.
    private let isInUse = Atomic<Bool>(false)

    func joined(_ user: UserID, _ room: String, of definition: NamespaceDefinition, at now: NIODeadline) -> NIODeadline? {
        isInUse.store(true, ordering: .relaxed)
        return changes.withLockedValue { $0.joined(user, room, of: definition, at: now) }
    }

    func left(_ user: UserID, _ room: String, of definition: NamespaceDefinition, at now: NIODeadline) -> NIODeadline? {
        guard isInUse.load(ordering: .relaxed) else { return nil }
        return changes.withLockedValue { $0.isEmpty ? nil : $0.left(user, room, of: definition, at: now) }
    }

    func take(at now: NIODeadline) -> (reports: [PresenceChanges.Report], next: NIODeadline?) {
        changes.withLockedValue { $0.take(at: now) }
    }
}
