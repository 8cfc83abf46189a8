/// By which the client of one socket may come back. Bound to its event loop; the socket owns it.
package final class SocketRecovery {
    /// The secret that the client was told.
    let pid: Bits128
    let owner: [UInt8]
    let epoch: UInt64
    /// The last position before the session began.
    let since: UInt64
    /// The last position before this connection: the events up to it were replayed, and are not for the socket any more.
    let floor: UInt64
    /// The last position that was sent to the client.
    var lastSent: UInt64?

    init(_ begin: RecoverySpace.Begin, owner: [UInt8], continuing session: RecoverySession?) {
        pid = session?.pid ?? .random()
        self.owner = owner
        epoch = begin.epoch
        since = session?.since ?? begin.head
        floor = begin.head
        lastSent = session?.lastSent
    }
}

@available(*, unavailable)
extension SocketRecovery: Sendable {}
