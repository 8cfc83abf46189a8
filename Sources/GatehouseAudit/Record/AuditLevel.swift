/// How much of an event is written (AUD-06).
package enum AuditLevel: String, CaseIterable, Sendable, Comparable {
    /// Nothing.
    case none
    /// The record without configured claims.
    case metadata
    /// The record with the configured claims of the actor, as keyed hashes.
    case full

    package static func < (left: AuditLevel, right: AuditLevel) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .none: 0
        case .metadata: 1
        case .full: 2
        }
    }
}

/// The level of each event; refuses to lower what must be kept.
package struct AuditLevels: Sendable {
    private var levels: [AuditEvent: AuditLevel] = [:]

    /// The defaults of the catalogue.
    package init() {}

    package subscript(_ event: AuditEvent) -> AuditLevel { levels[event] ?? event.defaultLevel }

    /// Sets one level. Throws `audit_setting` for a level below the event's minimum.
    package mutating func set(_ level: AuditLevel, for event: AuditEvent) throws(AuditError) {
        guard level >= event.minimalLevel else {
            throw AuditError(
                .setting,
                "the event \(event.rawValue) cannot be lowered to \(level.rawValue); its lowest level is \(event.minimalLevel.rawValue)"
            )
        }
        levels[event] = level
    }
}

/// How grave a record is.
package enum AuditSeverity: String, CaseIterable, Sendable {
    case info, notice, warning, error, critical
}

/// The outcome of the act.
package enum AuditOutcome: String, CaseIterable, Sendable {
    case ok, denied, failed
    /// An intent: the effect has not happened yet; the result record follows.
    case pending
}
