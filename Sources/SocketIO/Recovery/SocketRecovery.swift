import NIOCore

/// By which the client of one socket may come back. Bound to its event loop; the socket owns it.
package final class SocketRecovery {
    /// The secret that the client was told.
    let pid: Bits128
    let owner: [UInt8]
    /// Tells this connection apart from others that continue the session.
    let holder = UInt64.random(in: .min ... .max)
    /// The last place before the session began.
    let since: RecoveryOffset
    /// The last place before this connection: the events up to it were replayed, and are not for the socket any more.
    let begun: RecoveryOffset
    /// What the client had got when it came: on other nodes, some of which may still be on its way to this one, and here before. A client
    /// that is cut off before it gets the answer knows no more than this.
    let got: [RecoveryOffset]
    /// The place of the last event that was sent to the client.
    var lastSent: RecoveryOffset?
    /// Whether the client was sent what it had missed; else it may not come back to this session.
    var isReplayed: Bool
    /// Whether the other nodes were told to forget it.
    var isForgotten = false
    /// Whether what is kept of it for other nodes waits to be written anew.
    var isUnsaved = false
    /// When that was last written.
    var saved = NIODeadline.uptimeNanoseconds(0)

    init(_ begin: RecoverySpace.Begin, owner: [UInt8], continuing restored: RecoverySpace.Restored?) {
        let session = restored?.session
        pid = session?.pid ?? .random()
        self.owner = owner
        since = session?.since ?? begin.place
        begun = begin.place
        got = restored?.got ?? []
        isReplayed = restored == nil
        lastSent = restored.flatMap { $0.offset ?? $0.session.lastSent }
    }

    /// Whether an event is for the client: what came before the socket was replayed to it, or was before its session.
    func misses(_ entry: RecoveryEntry) -> Bool {
        guard entry.isKept else { return true }
        return entry.position > begun.position && (got.isEmpty || !got.contains { $0.covers(origin: entry.origin) })
    }
}

@available(*, unavailable)
extension SocketRecovery: Sendable {}
