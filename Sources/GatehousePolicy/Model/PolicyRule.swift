package import GatehouseJSON

/// A rule as it stands in a file. The compiled tables refer to it by its index in the bundle.
package struct PolicyRule: Sendable, Equatable {
    package enum Effect: String, Sendable { case allow, deny }

    /// Which decisions a rule takes part in.
    package enum Section: String, Sendable, CaseIterable {
        /// `deny` of `_global.yaml`: every decision in every namespace.
        case global
        case connect, join, send, receive
    }

    package var id: String
    package var position: SourcePosition
    /// The namespace; nil for a rule of `_global.yaml`.
    package var namespace: String?
    package var section: Section
    package var effect: Effect
    package var when: Condition?
    package var unless: Condition?
    /// The mode of this one deny rule; nil for that of its file.
    package var mode: PolicyMode?
    /// The code that a refused client gets instead of `forbidden`.
    package var code: String?
    /// `event` of send and receive rules.
    package var events: [NamePattern] = []
    /// `room` of join rules and `to` of send rules; empty for any room.
    package var rooms: [NamePattern] = []
    /// Where the event names its room.
    package var roomAt: RoomLocation?
    package var joined = false
    package var dto: String?
    package var maxBytes: Int64?
    package var rate: EventRate?
    /// `scope.rooms_claim`: the claim that lists the rooms this right is confined to, if the token has it.
    package var roomsClaim: JSONPointer?
}

/// `rate` of a send rule.
package struct EventRate: Sendable, Equatable {
    package enum Excess: String, Sendable, CaseIterable {
        /// Refused with code `rate_limited`.
        case nack
        /// Dropped silently, unless an ack is due.
        case drop
        /// The connection is closed.
        case close
    }

    package var connection: RateLimit?
    package var user: RateLimit?
    package var ip: RateLimit?
    package var onExceed: Excess = .nack

    /// Whether it never gives more than another one.
    package func isWithin(_ other: EventRate) -> Bool {
        Self.isWithin(connection, other.connection) && Self.isWithin(user, other.user) && Self.isWithin(ip, other.ip)
    }

    private static func isWithin(_ limit: RateLimit?, _ other: RateLimit?) -> Bool {
        guard let other else { return true }
        guard let limit else { return false }
        return limit.perSecond <= other.perSecond && limit.burst <= other.burst
    }
}
