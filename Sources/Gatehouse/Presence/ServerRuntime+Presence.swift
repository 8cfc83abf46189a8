package import GatehouseJSON
import GatehousePolicy
package import SocketIO

/// Presence of other nodes, as this one hears of it (PRE-01, PRE-02). Any thread.
extension ServerRuntime {
    /// Another node tells who is in a room of its.
    /// - Returns: false for what no node says.
    package func presenceHeard(_ value: JSONValue, of node: String, in definition: NamespaceDefinition) -> Bool {
        guard let word = PresenceWord(value), !node.isEmpty else { return false }
        // A node shows what its own policies show.
        guard showsPresence(of: word.room, in: definition) else { return true }
        let report = PresenceChanges.Report(definition: definition, room: word.room, joined: word.joined, left: word.left)
        PresenceReporter.tell(presence.merge(report, of: node), sockets)
        return true
    }

    /// Nodes live, or do not any more: these take their users with them.
    package func presenceKept(where isThere: (String) -> Bool) {
        for (place, left) in presence.forget(unless: isThere) {
            guard let definition = sockets.definition(place.namespace) else { continue }
            for start in stride(from: 0, to: left.count, by: PresenceChanges.reportLimit) {
                let some = Array(left[start..<min(left.count, start + PresenceChanges.reportLimit)])
                PresenceReporter.tell(
                    PresenceChanges.Report(definition: definition, room: place.room, joined: [], left: some), sockets)
            }
        }
    }

    /// Tells who is in the rooms of this node, for those who do not know.
    package func presenceAsked() {
        for (place, users) in presence.own {
            guard let definition = sockets.definition(place.namespace) else { continue }
            for start in stride(from: 0, to: users.count, by: PresenceWord.limit) {
                let some = Array(users[start..<min(users.count, start + PresenceWord.limit)])
                let word = PresenceWord(room: place.room, joined: some, left: [])
                sockets.adapter?.tell(ClusterWord(.presence, word.value), in: definition)
            }
        }
    }

    private func showsPresence(of room: String, in definition: NamespaceDefinition) -> Bool {
        guard mounted.indices.contains(definition.index) else { return false }
        let policy = policies.current.namespaces[mounted[definition.index].pattern.description]
        return policy?.settings.presence != nil && policy?.presenceRooms.matches(room) == true
    }
}
