import GatehouseAudit
import Logging

extension Configuration {
    /// What a server does while its audit log cannot be written, as on a full disk (specification: audit, section 4). It recovers without a
    /// restart once the log can be written again.
    public enum AuditFailure: String, Sendable, CaseIterable {
        /// Acts of staff are refused with `audit_unavailable`, new connections with 503. Open connections continue while their records fit
        /// into memory; then reading stops. No record is lost.
        case failOperation = "fail_operation"
        /// As `failOperation`, and the server drains and stops: ``Application/run()`` throws ``AuditOutage``.
        case shutdown
        /// Go on. Losses are counted and written to the log later. Not with ``Configuration/strict``.
        case `continue`
    }

    /// A second place for checkpoints of the audit log.
    public enum CheckpointTarget: Sendable, Equatable {
        /// A file, preferably on another volume. Checkpoints are appended.
        case file(String)
        /// The standard output, from where a collector takes them off the host.
        case standardOutput
    }
}

/// The server stopped because its audit log could not be written (``Configuration/AuditFailure/shutdown``).
public struct AuditOutage: Error, Sendable, CustomStringConvertible {
    /// What to do next.
    public var description: String {
        "the audit log could not be written, so the server drained and stopped: make room, or mend the volume, and start it again"
    }
}

extension Configuration {
    /// The file with the key that checkpoints are signed with; nobody but its owner reads it.
    var auditSigningKey: String { audit + "/audit.signing.key" }
    /// The file with the key that they are verified with: keep a copy elsewhere.
    var auditPublicKey: String { audit + "/audit.pub" }

    /// - Parameters:
    ///   - files: where the log is.
    ///   - outages: called when the log can no longer be written.
    func auditing(
        _ files: any AuditFileSystem, logger: Logger, outages: @escaping @Sendable () -> Void
    ) throws(AuditError) -> AuditConfiguration {
        var auditing = AuditConfiguration(directory: audit, node: node)
        auditing.acceptsBrokenLog = acceptsBrokenAudit
        auditing.onFailure = try AuditFailurePolicy(setting: auditFailure.rawValue, strict: strict)
        let key = try AuditSigningKey.loadOrMake(at: auditSigningKey, name: AuditSigningKey.name(ofNode: node), files: files)
        try key.verifier.publish(at: auditPublicKey, files: files)
        auditing.checkpoints = AuditCheckpoints(key: key, secondSink: try secondSink(logger))
        auditing.onHealthChange = { health in
            switch health {
            case .degraded(let cause):
                logger.error("the audit log cannot be written", metadata: ["cause": "\(cause)"])
                outages()
            case .healthy: logger.notice("the audit log is written again")
            case .stopped: break
            }
        }
        return auditing
    }

    private func secondSink(_ logger: Logger) throws(AuditError) -> (@Sendable (String) -> Void)? {
        let failed: @Sendable (AuditError) -> Void = { logger.error("\($0)") }
        let sink: CheckpointSink
        switch auditCheckpoints {
        case nil: return nil
        case .file(let path): sink = try CheckpointSink(file: path, failed: failed)
        case .standardOutput: sink = CheckpointSink(failed: failed)
        }
        return { sink.take($0) }
    }
}
