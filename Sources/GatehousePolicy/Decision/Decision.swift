/// The decision on one action. Plain data: making one allocates nothing.
package struct Decision: Sendable, Equatable {
    package enum Effect: String, Sendable { case allow, deny }

    /// Why. The texts are stable: they stand in audit records and policy tests.
    package enum Reason: String, Sendable, CaseIterable {
        /// An allow rule matched and no deny rule did.
        case allowed = "allow_rule"
        /// No allow rule matched (default deny).
        case noMatchingAllow = "no_matching_allow"
        /// A deny rule matched.
        case denyRule = "deny_rule"
        /// A deny rule could not be evaluated, which counts as a match.
        case evaluationError = "evaluation_error"
        /// The rules that would allow it need a room, and the payload names none.
        case roomMissing = "room_missing"
        /// The rules that would allow it need the sender to be in the room.
        case notJoined = "not_joined"
        /// The rules that would allow it take only smaller payloads.
        case tooLarge = "too_large"
        /// The name of the room is not one that Gatehouse takes: see `CanonicalText`.
        case invalidName = "invalid_name"
        /// The namespace does not have this transport.
        case transport = "transport_not_allowed"
        /// The namespace does not have this origin.
        case origin = "origin_not_allowed"
        /// There are no rules for this namespace at all.
        case unknownNamespace = "unknown_namespace"
        /// A system event to its own subject, under `builtin.system`.
        case builtin = "builtin.system"
    }

    /// The effect to apply.
    package var effect: Effect
    /// The outcome of the rules, whether it is enforced or not.
    package var reason: Reason
    /// The rule that determined the reason: the deny rule, or the allow rule. Its id: `PolicyBundle.ruleID(_:)`.
    package var rule: RuleIndex?
    /// The allow rule, whenever one matched: its rate is the one to charge, its scope the one to hold to. Nil for an action that is only
    /// let through by its mode.
    package var allowedBy: RuleIndex?
    /// The mode that the outcome stands under.
    package var mode: PolicyMode
    /// Whether `enforce` would have refused what `effect` allows (POL-09).
    package var wouldDeny: Bool
    /// The generation of the bundle that decided.
    package var generation: UInt64

    @inlinable package var isAllowed: Bool { effect == .allow }
}

/// A rule's place among the rules of its bundle.
package struct RuleIndex: Sendable, Hashable {
    package let value: Int32
    @usableFromInline init(_ value: Int32) { self.value = value }
}

extension Decision {
    static func deny(_ reason: Reason, _ rule: RuleIndex?, _ mode: PolicyMode, _ generation: UInt64) -> Decision {
        Decision(
            effect: mode == .enforce ? .deny : .allow, reason: reason, rule: rule, allowedBy: nil, mode: mode, wouldDeny: mode != .enforce,
            generation: generation)
    }

    /// The decision on a system event that goes to its own subject (POL-11).
    package static func system(generation: UInt64) -> Decision {
        Decision(effect: .allow, reason: .builtin, rule: nil, allowedBy: nil, mode: .enforce, wouldDeny: false, generation: generation)
    }

    /// The decision on anything in a namespace that has no policy (POL-01).
    package static func unknownNamespace(generation: UInt64) -> Decision {
        .deny(.unknownNamespace, nil, .enforce, generation)
    }
}
