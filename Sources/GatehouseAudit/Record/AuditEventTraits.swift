extension AuditEvent {
    /// The topic of an event, as the documentation groups them.
    package enum Group: String, CaseIterable, Sendable {
        case audit, node, tls, key, conn, auth, ns, room, msg, api, session, policy, staff, handler
    }

    /// How an event is written (specification: audit, section 3).
    package enum Durability: String, CaseIterable, Sendable {
        /// Durable before the effect: use `recordDurably`.
        case durable = "A"
        /// Group commit within 20 ms, never dropped while the ring has room.
        case grouped = "B"
        /// As `grouped` the first time; repeats by one actor or address under one rule are folded over 10 s.
        case folded = "C"
    }

    package var group: Group {
        switch self {
        case .auditStarted, .auditStopped, .auditRecovered, .auditGap, .auditRotated, .auditCheckpoint, .auditHeartbeat, .auditDegraded,
            .auditRestored:
            .audit
        case .nodeStarting, .nodeStarted, .nodeStopping, .nodeDrained, .nodeConfig, .nodeStateMissing, .nodeActRefused,
            .nodeLimit:
            .node
        case .tlsHandshakeFailed, .tlsCertificateLoaded, .tlsCertificateRejected, .tlsCertificateExpiring: .tls
        case .keyLoaded, .keyRejected, .keyLeftOut: .key
        case .connectionRejected, .connectionOpened, .connectionClosed, .addressBanned: .conn
        case .authOK, .authFailed, .authRefreshed, .authExpired, .authRevokedUse: .auth
        case .namespaceJoined, .namespaceDenied, .namespaceLeft: .ns
        case .roomJoined, .roomDenied, .roomLeft: .room
        case .messageDenied, .messageWouldDeny, .messageInvalid, .messageRateLimited, .messageAccepted: .msg
        case .apiCalled, .apiDenied: .api
        case .sessionSlow, .sessionViolations, .sessionRecovered, .sessionNotRecovered: .session
        case .policyChecked, .policyActivated, .policyRejected, .policyRolledBack: .policy
        case .handlerError: .handler
        default: .staff
        }
    }

    package var durability: Durability {
        switch self {
        case .adminStats, .adminSessionList, .adminSessionGet, .adminRoomList, .adminRoomGet, .adminBanList, .adminPolicyStatus,
            .adminStaffSelf,
            .adminLockList, .adminReportList, .adminUserGet, .adminMuteList, .adminActList,
            .adminPolicyExplain, .adminPolicyMatrix, .adminApprovalList, .adminAuditQuery, .adminAuditVerify, .adminAuditHead,
            .adminFeedSubscribe:
            return .grouped
        case .auditHeartbeat, .auditCheckpoint, .policyChecked: return .grouped
        case .tlsCertificateLoaded, .tlsCertificateRejected, .nodeStateMissing: return .durable
        case .tlsHandshakeFailed, .connectionRejected, .authFailed, .namespaceDenied, .roomDenied, .messageDenied, .messageWouldDeny,
            .messageInvalid, .messageRateLimited, .apiDenied, .sessionSlow:
            return .folded
        default: break
        }
        return switch group {
        case .audit, .key, .policy, .staff: .durable
        default: .grouped
        }
    }

    /// The level below which a configuration cannot go (AUD-06).
    package var minimalLevel: AuditLevel {
        switch group {
        case .auth, .api, .staff, .policy, .key, .audit: .metadata
        default: .none
        }
    }

    /// The level when nothing is configured: accepted messages are written only on request.
    package var defaultLevel: AuditLevel { self == .messageAccepted ? .none : .metadata }

    /// The default severity of a record of this event.
    package var defaultSeverity: AuditSeverity {
        switch self {
        case .tlsHandshakeFailed, .tlsCertificateExpiring, .connectionRejected, .authFailed, .authRevokedUse, .namespaceDenied, .roomDenied,
            .messageDenied, .messageWouldDeny, .messageInvalid, .messageRateLimited, .apiDenied, .sessionSlow, .sessionViolations,
            .addressBanned,
            .auditRecovered, .nodeLimit, .nodeStateMissing, .nodeActRefused:
            .warning
        case .tlsCertificateRejected, .keyRejected, .policyRejected, .handlerError, .auditGap, .auditDegraded: .error
        case .policyActivated, .policyRolledBack, .auditRestored: .notice
        default: group == .staff && durability == .durable ? .notice : .info
        }
    }

    package var defaultOutcome: AuditOutcome {
        switch self {
        case .connectionRejected, .authFailed, .authRevokedUse, .namespaceDenied, .roomDenied, .messageDenied, .messageInvalid,
            .messageRateLimited, .apiDenied, .approvalRejected, .nodeActRefused:
            .denied
        case .tlsHandshakeFailed, .tlsCertificateRejected, .keyRejected, .policyRejected, .handlerError, .auditGap, .auditDegraded: .failed
        default: .ok
        }
    }

    /// The catalogue as a Markdown table, for the documentation.
    package static var markdownTable: String {
        var text = "| event | group | class | lowest level | default level | severity |\n|---|---|---|---|---|---|\n"
        for event in allCases {
            text += "| `\(event.rawValue)` | \(event.group.rawValue) | \(event.durability.rawValue) | \(event.minimalLevel.rawValue) "
            text += "| \(event.defaultLevel.rawValue) | \(event.defaultSeverity.rawValue) |\n"
        }
        return text
    }
}
