import EngineIO
import NIOCore

/// One event of a namespace with recovery, on its way to the clients and kept for those who come back.
package struct RecoveryEntry: Sendable {
    /// The event. Its message carries the offset, unless it is one of the system's own.
    package let broadcast: Broadcast
    /// Whether nobody gets it any more: the message was redacted.
    var isWithdrawn = false
    /// The place of the event. A volatile one has that of the event before it.
    package let place: RecoveryOffset
    /// Its place among what the nodes share; `nil` for what other nodes do not get, and until that is known.
    var shared: SharedPosition?
    /// Where it is in the buffer of the node that sent it; `nil` for an event of this node.
    let origin: RecoveryOffset?
    /// When it was sent.
    let time: NIODeadline
    /// What it is counted as, in bytes.
    let size: Int

    package var position: UInt64 { place.position }

    /// Whether it is kept. A volatile event is not.
    var isKept: Bool { !broadcast.isVolatile }

    /// Whether other nodes have it, too.
    var isShared: Bool { origin != nil || shared != nil || !broadcast.staysHere }

    /// Whether this node has sent it to the others.
    var isOwn: Bool { origin == nil && !broadcast.isLocal && !broadcast.isSystem && !broadcast.staysHere }

    init(
        _ broadcast: Broadcast, at place: RecoveryOffset, _ time: NIODeadline, shared: SharedPosition? = nil, origin: RecoveryOffset? = nil
    ) {
        self.broadcast = broadcast
        self.shared = shared
        self.origin = origin
        self.place = place
        self.time = time
        let target = broadcast.target
        let names = (target.rooms + target.except).reduce(0) { $0 &+ $1.utf8.count &+ 16 }
        // Each of whom it is for stands in the index, too.
        let indexed = (target.rooms.count &+ target.sockets.count) &* 96
        size = broadcast.message.byteCount &+ names &+ (target.sockets.count &+ target.exceptSockets.count) &* 16 &+ indexed &+ 256
    }

    /// Whether a session that was away is meant. A room counts from when the client was in it.
    /// - Parameter epoch: of the buffer that the event is in.
    func means(_ session: RecoverySession, in epoch: UInt64) -> Bool {
        let target = broadcast.target
        guard !isWithdrawn, !target.exceptSockets.contains(session.socket), !target.except.contains(where: session.isIn) else {
            return false
        }
        if target.rooms.isEmpty, target.sockets.isEmpty { return true }
        if target.sockets.contains(session.socket) { return true }
        let own = session.socket.description
        return target.rooms.contains { name in
            name == own || session.rooms.contains { $0.name == name && !$0.since.covers(self, in: epoch) }
        }
    }
}
