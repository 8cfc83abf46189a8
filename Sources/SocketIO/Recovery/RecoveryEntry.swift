import EngineIO
import NIOCore

/// One event of a namespace with recovery, on its way to the clients and kept for those who come back.
package struct RecoveryEntry: Sendable {
    /// The event. Its message carries the offset, unless it is one of the system's own.
    package let broadcast: Broadcast
    /// Whether nobody gets it any more: the message was redacted.
    var isWithdrawn = false
    /// The place of the event. A volatile one has that of the event before it.
    package let position: UInt64
    /// When it was sent.
    let time: NIODeadline
    /// What it is counted as, in bytes.
    let size: Int

    /// Whether it is kept. A volatile event is not.
    var isKept: Bool { !broadcast.isVolatile }

    init(_ broadcast: Broadcast, at position: UInt64, _ time: NIODeadline) {
        self.broadcast = broadcast
        self.position = position
        self.time = time
        let target = broadcast.target
        let names = (target.rooms + target.except).reduce(0) { $0 &+ $1.utf8.count &+ 16 }
        size = broadcast.message.byteCount &+ names &+ (target.sockets.count &+ target.exceptSockets.count) &* 16 &+ 256
    }

    /// Whether a session that was away is meant. A room counts from when the client was in it.
    func means(_ session: RecoverySession) -> Bool {
        let target = broadcast.target
        guard !isWithdrawn, !target.exceptSockets.contains(session.socket), !target.except.contains(where: session.isIn) else {
            return false
        }
        if target.rooms.isEmpty, target.sockets.isEmpty { return true }
        if target.sockets.contains(session.socket) { return true }
        let own = session.socket.description
        return target.rooms.contains { name in
            name == own || session.rooms.contains { $0.name == name && $0.since < position }
        }
    }
}
