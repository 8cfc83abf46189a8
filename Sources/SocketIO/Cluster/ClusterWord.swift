package import GatehouseJSON

/// What one Gatehouse node tells the others of itself, in the order of everything that they share.
package struct ClusterWord: Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable {
        /// A message was withdrawn.
        case redacted
        /// Who is in rooms of the node.
        case presence
        /// Whoever hears this tells who is in its rooms.
        case whoIsThere = "who_is_there"
    }

    package var kind: Kind
    package var value: JSONValue

    package init(_ kind: Kind, _ value: JSONValue) {
        self.kind = kind
        self.value = value
    }

    package static func redacted(_ messageID: String, in room: String) -> ClusterWord {
        ClusterWord(.redacted, ["room": .string(room), "id": .string(messageID)])
    }
}
