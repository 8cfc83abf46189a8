package import NIOCore

/// Keeps the sessions of clients where every node of a cluster can take them up (CLU-12, REC-07). Any thread; nothing waits.
package protocol SharedSessions: AnyObject, Sendable {
    /// Keeps a session, in the place of what was kept of it before.
    /// - Parameters:
    ///   - isNew: whether it is the first word about it, or it was just taken. Later words count only while nobody else has taken it.
    ///   - lifetime: for how long.
    func keep(_ session: RecoverySession, in namespace: NamespaceDefinition, isNew: Bool, lifetime: TimeAmount)
    /// Forgets a session, unless somebody else has taken it.
    func forget(_ session: RecoverySession, in namespace: NamespaceDefinition)
    /// Takes a session out, so that nobody else can, and waits until this node has read what the client may have got elsewhere.
    func take(
        _ pid: Bits128, of owner: [UInt8], in namespace: NamespaceDefinition, from offset: RecoveryOffset?
    ) async -> Result<RecoverySession, RecoveryRefusal>
}
