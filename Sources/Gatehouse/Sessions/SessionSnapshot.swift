package import SocketIO

/// A connection as staff see it: no session id, no token, no claim.
package struct SessionSnapshot: Sendable {
    /// An opaque handle, good for acting on the session and for nothing else.
    package let reference: String
    /// The sockets of the connection.
    package let sockets: [Member]
    package let address: String
    package let transport: String
    /// When the connection was opened, in milliseconds since 1970.
    package let since: Int64
    package let queuedBytes: Int
    package let violations: Int

    /// One namespace that the connection is in.
    package struct Member: Sendable {
        package let id: SocketID
        package let namespace: Namespace
        package let rooms: [String]
        package let principal: Principal
    }

    /// Whoever the first token names; the sockets of one connection are usually one user's.
    package var principal: Principal? { sockets.first?.principal }
}

/// Which connections are meant. Every given member must hold.
package struct SessionFilter: Sendable {
    package var reference: String?
    package var namespace: Namespace?
    package var room: String?
    package var address: String?
    /// Issuer name and subject (SEC-15).
    package var user: UserKey?

    package init(
        reference: String? = nil, namespace: Namespace? = nil, room: String? = nil, address: String? = nil, user: UserKey? = nil
    ) {
        self.reference = reference
        self.namespace = namespace
        self.room = room
        self.address = address
        self.user = user
    }

    package func matches(_ session: SessionSnapshot) -> Bool {
        if let reference, session.reference != reference { return false }
        if let address, session.address != address { return false }
        if namespace == nil, room == nil, user == nil { return true }
        return session.sockets.contains { member in
            if let namespace, member.namespace != namespace { return false }
            if let room, !member.rooms.contains(room) { return false }
            if let user, user != UserKey(member.principal) { return false }
            return true
        }
    }
}

/// A user: the issuer's `iss` and the subject, never the subject alone (SEC-15).
package struct UserKey: Sendable, Hashable {
    package let iss: String
    package let subject: String

    package init(iss: String, subject: String) {
        self.iss = iss
        self.subject = subject
    }

    /// - Returns: `nil` for an anonymous client.
    package init?(_ principal: Principal) {
        guard let iss = principal.iss, let subject = principal.subject else { return nil }
        self.init(iss: iss, subject: subject)
    }

    /// Byte by byte, as tokens and revocations are compared: to Swift two spellings of one character are equal, and here they are two users
    /// (SEC-15). What is equal so has the same hash.
    package static func == (left: UserKey, right: UserKey) -> Bool {
        left.iss.utf8.elementsEqual(right.iss.utf8) && left.subject.utf8.elementsEqual(right.subject.utf8)
    }
}
