/// The target of an act. All members are optional; text is escaped and cut when written.
package struct AuditTarget: Sendable, Equatable {
    package var namespace: String?
    package var event: String?
    package var room: String?
    /// The issuer and subject of a user who is acted upon.
    package var issuer: String?
    package var subject: String?
    /// A ban, approval, session handle or file that is acted upon.
    package var reference: String?

    package init(
        namespace: String? = nil, event: String? = nil, room: String? = nil, issuer: String? = nil, subject: String? = nil,
        reference: String? = nil
    ) {
        self.namespace = namespace
        self.event = event
        self.room = room
        self.issuer = issuer
        self.subject = subject
        self.reference = reference
    }

    /// The common part of two targets.
    func common(with other: AuditTarget?) -> AuditTarget? {
        guard let other else { return nil }
        func same(_ member: KeyPath<AuditTarget, String?>) -> String? {
            self[keyPath: member] == other[keyPath: member] ? self[keyPath: member] : nil
        }
        return AuditTarget(
            namespace: same(\.namespace), event: same(\.event), room: same(\.room), issuer: same(\.issuer), subject: same(\.subject),
            reference: same(\.reference))
    }
}

/// A decision and its rule.
package struct AuditDecision: Sendable, Equatable {
    package enum Effect: String, CaseIterable, Sendable {
        case allow, deny
    }

    package enum Mode: String, CaseIterable, Sendable {
        case enforce
        /// The rule is not enforced: the message passed.
        case report
    }

    /// The id that the client is told. `record(_:)` gives back another one when the decision was folded into an earlier one.
    package var id: ULID
    package var effect: Effect
    package var rule: String?
    /// A stable reason code, not prose.
    package var reason: String?
    /// The generation of the policy set.
    package var generation: UInt64
    package var mode: Mode

    package init(id: ULID, effect: Effect, rule: String? = nil, reason: String? = nil, generation: UInt64 = 0, mode: Mode = .enforce) {
        self.id = id
        self.effect = effect
        self.rule = rule
        self.reason = reason
        self.generation = generation
        self.mode = mode
    }
}
