package import GatehouseNetwork

/// A decision as an audit log has it.
///
/// A log holds no claims, scopes, sizes, nor who was in which room, so most of a subject is unknown when it is read back.
package struct RecordedDecision: Sendable {
    package enum Act: Sendable, Hashable, CustomStringConvertible {
        case connect
        case join(room: String)
        case send(event: String, room: String?)

        package var description: String {
            switch self {
            case .connect: "connect"
            case .join(let room): "join:\(room)"
            case .send(let event, let room): room.map { "send:\(event)@\($0)" } ?? "send:\(event)"
            }
        }

        var section: PolicyRule.Section {
            switch self {
            case .connect: .connect
            case .join: .join
            case .send: .send
            }
        }

        var event: String? {
            if case .send(let event, _) = self { event } else { nil }
        }

        var room: String? {
            switch self {
            case .connect: nil
            case .join(let room): room
            case .send(_, let room): room
            }
        }
    }

    package var namespace: String
    package var act: Act
    /// The issuer's name; nil for somebody without a token.
    package var issuer: String?
    package var sub: String?
    /// Nil where the log does not say. Empty where it names none, or the claim was no list of roles.
    package var roles: [String]?
    package var ip: IPAddress?
    package var origin: String?
    /// Nil where the log does not say.
    package var transport: TransportName?
    /// Whether it went through, by its rules or by its mode.
    package var wasAllowed: Bool
    /// Whether the rules said no and their mode let it through.
    package var isWatched: Bool
    /// The id of the rule that the record names.
    package var rule: String
    package var reason: Decision.Reason

    package init(
        namespace: String, act: Act, issuer: String? = nil, sub: String? = nil, roles: [String]? = nil, ip: IPAddress? = nil,
        origin: String? = nil, transport: TransportName? = nil, wasAllowed: Bool, isWatched: Bool = false, rule: String,
        reason: Decision.Reason
    ) {
        self.namespace = namespace
        self.act = act
        self.issuer = issuer
        self.sub = sub
        self.roles = roles
        self.ip = ip
        self.origin = origin
        self.transport = transport
        self.wasAllowed = wasAllowed
        self.isWatched = isWatched
        self.rule = rule
        self.reason = reason
    }
}
