import NIOCore

/// A session whose client may come back: what is kept of it meanwhile (REC-03). No token, no claim.
package struct RecoverySession: Sendable {
    /// A room that the client was in.
    package struct Room: Sendable, Equatable {
        package let name: String
        /// Whether the server had put it there.
        package let isByServer: Bool
        /// The last position before the client was in it.
        let since: UInt64
    }

    /// The secret by which the client finds it.
    package let pid: Bits128
    /// Who may take it: opaque here.
    let owner: [UInt8]
    package let socket: SocketID
    let epoch: UInt64
    package internal(set) var rooms: [Room]
    /// The last position before the session began.
    let since: UInt64
    /// The last position that the client was sent; `nil` for none.
    let lastSent: UInt64?
    /// The last position before the client left.
    let end: UInt64
    /// When the client left.
    let time: NIODeadline

    func isIn(_ room: String) -> Bool { rooms.contains { $0.name == room } }

    /// What it is counted as, in bytes.
    var size: Int { rooms.reduce(128 &+ owner.count) { $0 &+ $1.name.utf8.count &+ 48 } }

    /// The position that a replay begins after; `nil` if the offset is none that the client can have.
    func start(from offset: RecoveryOffset?) -> UInt64? {
        // An offset of an earlier session says nothing of this one.
        let known = offset.flatMap { $0.epoch == epoch && $0.position > since ? $0.position : nil }
        guard let known else { return lastSent == nil ? end : since }
        guard let lastSent, known <= lastSent else { return nil }
        // The client has all that it was sent; what came between was not for it.
        return known == lastSent ? end : known
    }
}
