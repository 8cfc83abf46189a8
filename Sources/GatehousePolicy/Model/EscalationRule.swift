/// A rule of `_moderation.yaml`: what the server does by itself once enough people report, or one user breaks enough rules (MOD-69).
package struct EscalationRule: Sendable, Equatable {
    /// Its name in records, and whose act it is.
    package let id: String
    package let position: SourcePosition
    /// The namespace whose reports and violations count; `nil` for all.
    package let namespace: String?
    package let trigger: Trigger
    package let measure: Measure

    /// What must happen within a time.
    package enum Trigger: Sendable, Equatable {
        /// So many different people report one user. `window` is in nanoseconds.
        case reportsOfUser(reporters: Int, window: Int64)
        /// So many different people report one room.
        case reportsOfRoom(reporters: Int, window: Int64)
        /// One user breaks so many rules.
        case violations(count: Int, window: Int64)
    }

    /// What is done then. Times are in nanoseconds.
    package enum Measure: Sendable, Equatable {
        /// The user does not send: in the namespace where it happened, or in all.
        case mute(Int64, isShadow: Bool, isEverywhere: Bool)
        /// Each user waits `interval` between two messages in the room.
        case slow(interval: Int64, Int64)
    }
}

extension EscalationRule {
    /// Whether both do the same, wherever they stand.
    func says(_ other: EscalationRule) -> Bool {
        (id, namespace) == (other.id, other.namespace) && trigger == other.trigger && measure == other.measure
    }
}

/// What `_moderation.yaml` says.
package struct ModerationSettings: Sendable, Equatable {
    package static let fileName = "_moderation.yaml"

    package var escalations: [EscalationRule] = []

    package init() {}
}
