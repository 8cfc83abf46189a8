import GatehousePolicy
import SocketIO

/// What it costs a user to keep breaking rules (POL-12).
extension Pipeline {
    /// Whether a user is kept out for now.
    func isBanned(_ user: UserID) -> Bool { runtime.temporaryBans.contains(user, now: runtime.clock.wallMilliseconds()) }

    /// Keeps a user out for a while, and ends the user's sessions on all event loops.
    /// - Parameter decision: the refusal that led to it, as it is in the audit log.
    func ban(_ user: UserID, nanoseconds: Int64, decision: String) {
        runtime.temporaryBans.ban(user, until: runtime.clock.wallMilliseconds() + nanoseconds / 1_000_000)
        ConnectionRound.start(runtime.sockets) { connection in
            guard connection.sockets.contains(where: { $0.clientState?.user?.key == user }) else { return false }
            connection.close(ConnectionClosure(.banned, decision: decision))
            return true
        }
    }
}
