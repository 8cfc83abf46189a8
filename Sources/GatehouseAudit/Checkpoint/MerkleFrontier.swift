/// The right edge of an RFC 6962 Merkle tree over the lines of the log (AUD-22): the roots of its complete subtrees, largest first, are all
/// that is needed to add a line or to compute the root.
package struct MerkleFrontier: Sendable, Equatable {
    package private(set) var size: UInt64 = 0
    /// One for each bit that is set in `size`, from the highest.
    private(set) var peaks: [AuditHash] = []

    package init() {}

    /// Restores a frontier; `nil` when the number of peaks does not fit the size.
    init?(size: UInt64, peaks: [AuditHash]) {
        guard size.nonzeroBitCount == peaks.count else { return nil }
        self.size = size
        self.peaks = peaks
    }

    /// Adds a line (without its LF).
    mutating func append(_ line: Span<UInt8>, hasher: inout SHA256) throws(AuditError) {
        hasher.update(Self.leafPrefix.span)
        hasher.update(line)
        var hash = try hasher.finish()
        // As in counting: each trailing one of the size is a subtree that the new one completes.
        var rest = size
        while rest & 1 == 1, let left = peaks.popLast() {
            hash = try Self.node(left, hash, &hasher)
            rest >>= 1
        }
        peaks.append(hash)
        size &+= 1
    }

    /// The root; of no lines, the hash of nothing.
    func root(hasher: inout SHA256) throws(AuditError) -> AuditHash {
        guard var hash = peaks.last else { return try hasher.finish() }
        for left in peaks.dropLast().reversed() { hash = try Self.node(left, hash, &hasher) }
        return hash
    }

    /// As above, without a hasher.
    package func root() throws(AuditError) -> AuditHash {
        var hasher = try SHA256()
        return try root(hasher: &hasher)
    }

    package mutating func append(_ line: [UInt8]) throws(AuditError) {
        var hasher = try SHA256()
        try append(line.span, hasher: &hasher)
    }

    private static let leafPrefix: [UInt8] = [0]
    private static let nodePrefix: [UInt8] = [1]

    private static func node(_ left: AuditHash, _ right: AuditHash, _ hasher: inout SHA256) throws(AuditError) -> AuditHash {
        hasher.update(nodePrefix.span)
        hasher.update(left)
        hasher.update(right)
        return try hasher.finish()
    }
}
