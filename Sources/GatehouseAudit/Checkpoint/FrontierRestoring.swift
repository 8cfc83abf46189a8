/// Finds the frontier of a log at start: from the last own checkpoint and the records behind it, else from all records.
struct FrontierRestoring {
    let directory: LogDirectory
    let key: AuditVerifierKey
    let files: any AuditFileSystem

    private static let advice =
        "keep the files as evidence and run `gatehouse audit verify`; start with --accept-broken-audit to go on without checkpoints"

    /// Throws `audit_broken` when the log does not fit its checkpoints.
    func restore(head: ChainState) throws(AuditError) -> (frontier: MerkleFrontier, covered: UInt64) {
        let file: CheckpointFile
        do throws(FileError) {
            file = try CheckpointFile(directory: directory.root, files: files)
        } catch {
            throw AuditError(.io, "the checkpoints in \(directory.root) cannot be read", cause: error)
        }
        let own = file.checkpoints.filter { $0.isSigned(by: key) }
        if let last = own.last, last.size > head.seq {
            throw AuditError(
                .broken,
                "a checkpoint covers \(last.size) records, and the log in \(directory.root) has only \(head.seq): its end was cut off; "
                    + Self.advice
            )
        }
        if let last = own.last, let frontier = last.frontier, try frontier.root() == last.root {
            return (try replay(from: frontier), last.size)
        }
        return (try replay(from: MerkleFrontier()), 0)
    }

    private func replay(from frontier: MerkleFrontier) throws(AuditError) -> MerkleFrontier {
        var tree: TreeCheck? = try TreeCheck(frontier)
        let report = try AuditVerifier(files: files).follow(directory: directory.root, from: frontier.size &+ 1, tree: &tree)
        if let finding = report.finding {
            throw AuditError(.broken, "the audit log does not verify at \(finding); " + Self.advice)
        }
        return tree?.frontier ?? frontier
    }
}
