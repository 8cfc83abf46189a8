import GatehouseAudit

/// Checks that the state of earlier runs is complete, or that there is none: missing state is not empty state. A start that created it
/// silently would let revoked tokens in again, and drop the proof that the log was not rewritten.
extension Application {
    /// Runs before any of it is created or opened. Blocks on the disk.
    /// - Returns: the missing state, if the configuration accepts it.
    /// - Throws: ``StartError`` with the code `state` if it does not.
    func checkState() throws(StartError) -> [MissingState] {
        let missing = try missingState()
        guard !missing.isEmpty, !configuration.acceptsMissingState else { return missing }
        let list = missing.map { "\($0.path) (\($0.loss))" }.joined(separator: ", ")
        throw StartError(
            code: .state,
            message: "this is not the first start, and what was kept is missing: \(list). Bring it back from a backup, or start with "
                + "--accept-missing-state to go on without it, which is recorded")
    }

    private func missingState() throws(StartError) -> [MissingState] {
        do {
            guard try AuditLog.isFresh(in: configuration.audit, files: auditFiles) else {
                return try configuration.missingAuditFiles(auditFiles)
                    + stateful.flatMap { gateway throws(StartError) in
                        try gateway.missingState()
                    }
            }
        } catch let error as StartError {
            throw error
        } catch {
            throw StartError(code: .audit, message: "the audit log in \(configuration.audit) cannot be opened", cause: error)
        }
        for gateway in stateful where try gateway.holdsState() {
            return [MissingState(path: configuration.audit, loss: "the records of every act so far")]
        }
        return []
    }
}

extension Configuration {
    /// The file with the key of pseudonyms.
    var auditKey: String { audit + "/audit.key" }

    /// The companion files of a log that is not new.
    func missingAuditFiles(_ files: any AuditFileSystem) throws(AuditError) -> [MissingState] {
        let kept = [
            MissingState(path: auditKey, loss: "the names that tokens and sessions have in the log"),
            MissingState(path: auditSigningKey, loss: "the key that its checkpoints are signed with"),
            MissingState(path: AuditLog.checkpoints(in: audit), loss: "what shows that its end was not cut off"),
        ]
        var missing: [MissingState] = []
        for file in kept where try !AuditLog.isThere(file.path, files: files) { missing.append(file) }
        return missing
    }
}
