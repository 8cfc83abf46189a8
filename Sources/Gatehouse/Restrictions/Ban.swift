package import GatehouseAudit
package import GatehouseNetwork
package import SocketIO

/// A ban by staff (MOD-03): whom it keeps out, from where, and until when.
package struct Ban: Sendable, Equatable {
    package enum Subject: Sendable, Hashable {
        case user(UserID)
        /// One address is a network of full length. IPv4-mapped addresses are IPv4 (MOD-42).
        case network(CIDR)
    }

    /// The `ban_id`: the `request_id` of the act that made it.
    package let id: ULID
    package let subject: Subject
    /// `nil`: the whole node.
    package let namespace: Namespace?
    /// Only with a namespace; `nil`: all of it.
    package let room: String?
    /// Milliseconds since 1970; `nil`: until it is lifted. It has no effect from this instant on.
    package let ends: Int64?

    package init(id: ULID, subject: Subject, namespace: Namespace?, room: String?, ends: Int64?) {
        self.id = id
        self.subject = subject
        self.namespace = namespace
        self.room = room
        self.ends = ends
    }

    /// Whether it has an effect at a time, in milliseconds since 1970 (MOD-34).
    func isInForce(at now: Int64) -> Bool { now < ends ?? .max }

    /// Whether a place is in its scope. A ban of a room keeps nobody out of the namespace.
    func keepsOut(of namespace: Namespace?, _ room: String?) -> Bool {
        guard let own = self.namespace else { return true }
        guard own == namespace else { return false }
        return self.room == nil || self.room == room
    }

    /// Whether it is of somebody.
    func isOf(_ user: UserID?, at address: ClientAddress) -> Bool {
        switch subject {
        case .user(let banned): banned == user
        case .network(let network): address.ip.map { network.contains($0) } ?? false
        }
    }
}
