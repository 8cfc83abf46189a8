/// A call of a back end, as the rules of `_api.yaml` see it.
package struct ApiAction: Sendable, Equatable {
    package var call: ApiCall
    package var namespace: String
    /// Empty for everybody in the namespace.
    package var rooms: [String]
    /// Of `emit`.
    package var event: String?
    /// The size of the event's arguments as JSON.
    package var bytes: Int

    package init(_ call: ApiCall, namespace: String, rooms: [String] = [], event: String? = nil, bytes: Int = 0) {
        self.call = call
        self.namespace = namespace
        self.rooms = rooms
        self.event = event
        self.bytes = bytes
    }
}

/// The decision on a call.
package struct ApiDecision: Sendable, Equatable {
    package var effect: Decision.Effect
    package var reason: Decision.Reason
    /// The rule that determined it; nil where none did.
    package var rule: String?
    /// The `code` of the deny rule, if it has one.
    package var code: String?
    /// The rates to charge.
    package var rate: ApiRate?

    package var isAllowed: Bool { effect == .allow }

    static func deny(_ reason: Decision.Reason, rule: String? = nil, code: String? = nil) -> ApiDecision {
        ApiDecision(effect: .deny, reason: reason, rule: rule, code: code)
    }
}
