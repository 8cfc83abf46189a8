/// Rebuilds the Merkle tree while a log is read, and compares its root with every checkpoint on the way (AUD-22, AUD-23).
struct TreeCheck: ~Copyable {
    private(set) var frontier: MerkleFrontier
    /// Checkpoints in order of size.
    private let checkpoints: [SignedCheckpoint]
    private var next = 0
    private var hasher: SHA256

    init(_ frontier: MerkleFrontier = MerkleFrontier(), checkpoints: [SignedCheckpoint] = []) throws(AuditError) {
        self.frontier = frontier
        self.checkpoints = checkpoints.sorted { $0.size < $1.size }
        hasher = try SHA256()
        while next < self.checkpoints.count, self.checkpoints[next].size <= frontier.size { next += 1 }
    }

    /// How many checkpoints the log has confirmed.
    var confirmed: Int { next }
    /// A checkpoint that covers more records than there were.
    var unreached: SignedCheckpoint? { next < checkpoints.count ? checkpoints[next] : nil }

    /// Adds a good line. Gives what is wrong when a checkpoint of this size says something else.
    mutating func passed(_ line: Span<UInt8>, seq: UInt64) throws(AuditError) -> String? {
        guard seq > frontier.size else { return nil }
        try frontier.append(line, hasher: &hasher)
        while next < checkpoints.count, checkpoints[next].size == frontier.size {
            guard try frontier.root(hasher: &hasher) == checkpoints[next].root else {
                return "the checkpoint of \(frontier.size) records does not match: the log or the checkpoint was rewritten"
            }
            next += 1
        }
        return nil
    }
}
