internal import NIOConcurrencyHelpers

/// Tells a layer above what whoever runs the node should know at once. Records of other events cost one comparison.
package final class AuditAlerts: Sendable {
    /// In a structure, since a bare closure in a generic box is wrapped once more at every access.
    private struct Listener {
        let body: @Sendable (_ record: AuditRecord, _ microseconds: Int64) -> Void
    }

    private let listener = NIOLockedValueBox<Listener?>(nil)

    /// One listener at a time; `nil` for none. It is called on whatever thread records, the writer's too, and must be quick.
    package func listen(_ body: (@Sendable (_ record: AuditRecord, _ microseconds: Int64) -> Void)?) {
        listener.withLockedValue { $0 = body.map(Listener.init) }
    }

    @inline(__always)
    func note(_ record: AuditRecord, wall: Int64) {
        guard record.event.isAlert else { return }
        listener.withLockedValue { $0 }?.body(record, wall)
    }
}

extension AuditEvent {
    /// Whether whoever runs the node should know at once.
    package var isAlert: Bool {
        switch self {
        case .auditDegraded, .auditRestored, .auditGap, .auditRecovered, .nodeStopping, .nodeDrained, .nodeLimit, .tlsCertificateLoaded,
            .tlsCertificateRejected, .tlsCertificateExpiring, .keyLoaded, .keyRejected, .keyLeftOut, .addressBanned, .policyActivated,
            .policyRejected, .policyRolledBack:
            true
        default: false
        }
    }
}
