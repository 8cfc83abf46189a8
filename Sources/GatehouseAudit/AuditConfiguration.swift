/// What happens when the log cannot be written (`audit.on_failure`).
package enum AuditFailurePolicy: String, CaseIterable, Sendable {
    /// Class A acts are refused with `audit_unavailable`, new connections too; live sessions go on while the ring has room.
    case failOperation = "fail_operation"
    /// As `failOperation`, and the application is told to drain and exit 74.
    case shutdown
    /// Go on; losses are counted and written as `audit.gap`. Not allowed with `--strict`.
    case `continue`

    /// Reads a setting; throws `audit_setting` for an unknown word, and for `continue` under `strict`.
    package init(setting: String, strict: Bool = false) throws(AuditError) {
        guard let policy = AuditFailurePolicy(rawValue: setting) else {
            throw AuditError(.setting, "audit.on_failure is fail_operation, shutdown or continue")
        }
        guard !strict || policy != .continue else {
            throw AuditError(
                .setting, "audit.on_failure: continue loses records and is not allowed with --strict; use fail_operation or shutdown")
        }
        self = policy
    }
}

/// How the log is kept. The defaults are those of the specification.
package struct AuditConfiguration: Sendable {
    /// Where the segments lie; made 0750 when absent.
    package var directory: String
    /// This node's name, in every record; it cannot change within one log.
    package var node: String
    package var onFailure: AuditFailurePolicy = .failOperation
    package var levels = AuditLevels()
    /// A segment is closed at this size …
    package var segmentBytes = 64 << 20
    /// … or at this age.
    package var segmentAge: Duration = .seconds(86_400)
    /// How long class B records wait for others before they are written.
    package var commitInterval: Duration = .milliseconds(10)
    package var ringRecords = 65_536
    package var ringBytes = 32 << 20
    package var foldWindow: Duration = .seconds(10)
    /// Actors or addresses whose repeats are folded at a time; further ones share one window for each event.
    package var foldKeys = 4_096
    /// What the records of one user, and of one address, may add to the log in a second, bytes; beyond, they are folded.
    package var actorBytesPerSecond = 512 << 10
    package var heartbeat: Duration = .seconds(60)
    package var retryInterval: Duration = .seconds(1)
    /// Preallocated bytes, freed when the volume is full so that the last records can be written (AUD-14).
    package var reserveBytes = 8 << 20
    /// Signed checkpoints (AUD-23); none are made without a key, or on a log that does not verify.
    package var checkpoints: AuditCheckpoints?
    /// Starts although the log does not verify, and records it (AUD-33).
    package var acceptsBrokenLog = false

    /// Called on the writer thread when the log can no longer be written, and when it can again. With `shutdown` the application drains and
    /// exits 74 on the first `degraded`.
    package var onHealthChange: (@Sendable (AuditHealth) -> Void)?

    package init(directory: String, node: String) {
        self.directory = directory
        self.node = node
    }

    /// Throws `audit_setting` for unusable values.
    package func validate() throws(AuditError) {
        guard !directory.isEmpty else { throw AuditError(.setting, "audit.directory is empty") }
        guard !node.isEmpty, node.utf8.count <= 128 else { throw AuditError(.setting, "the node's name has 1 to 128 bytes") }
        guard segmentBytes >= 65_536, segmentBytes <= 1 << 40 else { throw AuditError(.setting, "audit segments have 64 KiB to 1 TiB") }
        guard ringRecords >= 64, ringBytes >= 65_536, ringBytes <= 1 << 30 else {
            throw AuditError(.setting, "the audit ring has at least 64 records and 64 KiB, and at most 1 GiB")
        }
        guard commitInterval >= .zero, commitInterval <= .milliseconds(20) else {
            throw AuditError(.setting, "audit records wait at most 20 ms to be written")
        }
        guard segmentAge > .zero, foldWindow > .zero, heartbeat > .zero, retryInterval > .zero, foldKeys > 0, actorBytesPerSecond > 0,
            reserveBytes >= 0
        else {
            throw AuditError(.setting, "audit intervals and limits are greater than zero")
        }
    }
}

extension Duration {
    /// Whole nanoseconds, cut to what 64 bits hold.
    var nanoseconds: UInt64 {
        let (seconds, attoseconds) = components
        let (whole, overflow) = UInt64(clamping: seconds).multipliedReportingOverflow(by: 1_000_000_000)
        return overflow ? .max / 2 : whole &+ UInt64(clamping: attoseconds / 1_000_000_000)
    }
}
