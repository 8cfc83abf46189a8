/// What the listener must do so that no record is lost (specification: audit, sections 3 and 4). Ordered: each includes what is before it.
package enum AuditPressure: Int, Sendable, Comparable {
    case none
    /// Accept no new connection: the ring is three quarters full, the log is degraded, or the volume is nearly full.
    case refuseConnections
    /// Also read no socket: the ring is nine tenths full.
    case stopReading

    init(percent: Int) {
        self = percent >= 90 ? .stopReading : percent >= 75 ? .refuseConnections : .none
    }

    package static func < (left: AuditPressure, right: AuditPressure) -> Bool { left.rawValue < right.rawValue }
}

/// Whether the log can be written.
package enum AuditHealth: Sendable, Equatable {
    case healthy
    /// Since a write failed; the text names the failure.
    case degraded(String)
    case stopped
}

/// The result of `record(_:)`.
package struct AuditAdmission: Sendable, Equatable {
    package enum Outcome: Sendable, Equatable {
        case queued
        /// Counted in an open window; one record follows for all.
        case folded
        /// The event's level is `none`.
        case off
        /// The ring is full: the loss is counted and will be written as `audit.gap`. Reading must have stopped before this.
        case lost
        /// The log is closed.
        case stopped
    }

    package let outcome: Outcome
    /// The decision id under which the record can be found: that of the record, or of the window it was folded into. Tell the client this one.
    package let decision: ULID?

    package init(outcome: Outcome, decision: ULID?) {
        self.outcome = outcome
        self.decision = decision
    }
}
