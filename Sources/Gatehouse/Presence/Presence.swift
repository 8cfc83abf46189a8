public import GatehouseJSON

/// A user who is somewhere (PRE-01).
public struct PresentUser: Sendable, JSONEncodable {
    /// Who it is.
    public let user: UserID
    /// How many of the user's clients are there.
    public let connections: Int
    /// Since when one of them has been there.
    public let since: Instant

    /// Writes `{"iss", "sub", "connections", "since"}`.
    public func encode(to writer: inout JSONWriter) {
        writer.object {
            $0.member("iss", user.iss)
            $0.member("sub", user.subject)
            $0.member("connections", connections)
            $0.member("since", since.description)
        }
    }
}

/// Who is in a room, or in a namespace.
public struct Presence: Sendable {
    /// The users, in the order of issuer and subject.
    public let users: [PresentUser]
    /// How many clients without a token there are besides.
    public let anonymous: Int
    /// The nodes that did not say in time who is there.
    public let silentNodes: [String]
}
