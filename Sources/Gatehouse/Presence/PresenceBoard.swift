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

    private let shared = NIOLockedValueBox(SharedPresence())

    /// What is told of a room once the users of other nodes are looked at.
    /// - Parameter node: who says so; `nil` for this node.
    func merge(_ report: PresenceChanges.Report, of node: String?) -> PresenceChanges.Report {
        let place = PresenceChanges.Place(namespace: report.definition.namespace, room: report.room)
        let (joined, left) = shared.withLockedValue { $0.change(place, by: node, joined: report.joined, left: report.left) }
        return PresenceChanges.Report(definition: report.definition, room: report.room, joined: joined, left: left)
    }

    /// The users of nodes that are not there any more have left.
    /// - Parameter isThere: asked about each node that has said something.
    func forget(unless isThere: (String) -> Bool) -> [(place: PresenceChanges.Place, left: [UserID])] {
        shared.withLockedValue { shared in
            shared.nodes.filter { !isThere($0) }.flatMap { shared.forget($0) }
        }
    }

    /// How many places of users in rooms other nodes have.
    var others: Int { shared.withLockedValue { $0.others } }

    /// Who is in the rooms of this node.
    var own: [(place: PresenceChanges.Place, users: [UserID])] { shared.withLockedValue { $0.own } }

    func take(at now: NIODeadline) -> (reports: [PresenceChanges.Report], next: NIODeadline?) {
        changes.withLockedValue { $0.take(at: now) }
    }
}
