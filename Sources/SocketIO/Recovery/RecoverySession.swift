package import NIOCore

/// A session whose client may come back: what is kept of it meanwhile (REC-03). No token, no claim.
package struct RecoverySession: Sendable {
    /// A room that the client was in.
    package struct Room: Sendable, Equatable {
        package let name: String
        /// Whether the server had put it there.
        package let isByServer: Bool
        /// The last place before the client was in it.
        package let since: RecoveryOffset

        package init(name: String, isByServer: Bool, since: RecoveryOffset) {
            self.name = name
            self.isByServer = isByServer
            self.since = since
        }
    }

    /// The secret by which the client finds it.
    package let pid: Bits128
    /// Who may take it: opaque here.
    package let owner: [UInt8]
    /// Which of the connections that continue the session speaks.
    package let holder: UInt64
    package let socket: SocketID
    package internal(set) var rooms: [Room]
    /// The last place before the session began.
    package let since: RecoveryOffset
    /// The place of the last event that the client was sent; `nil` for none.
    package let lastSent: RecoveryOffset?
    /// Up to here the client was sent everything that was for it.
    package let seen: RecoveryOffset
    /// Places up to which the client had everything when it came, also of this node if it was here before. What a node could not tell the
    /// others at once is further on in what the nodes share than the client has been since.
    package let earlier: [RecoveryOffset]
    /// Whether the client has left; else it may have got more than ``lastSent``.
    package let isOver: Bool
    /// When this was written.
    let time: NIODeadline

    package init(
        pid: Bits128, owner: [UInt8], holder: UInt64 = 0, socket: SocketID, rooms: [Room], since: RecoveryOffset,
        lastSent: RecoveryOffset?, seen: RecoveryOffset, earlier: [RecoveryOffset] = [],
        isOver: Bool = true, time: NIODeadline
    ) {
        self.pid = pid
        self.owner = owner
        self.holder = holder
        self.socket = socket
        self.rooms = rooms
        self.since = since
        self.lastSent = lastSent
        self.seen = seen
        self.earlier = earlier
        self.isOver = isOver
        self.time = time
    }

    func isIn(_ room: String) -> Bool { rooms.contains { $0.name == room } }

    /// The most nodes, each start counted, whose places go with a session. One that was at more begins anew.
    package static let mostPlaces = 16

    /// What it is counted as, in bytes.
    var size: Int { rooms.reduce(128 &+ owner.count &+ earlier.count &* 40) { $0 &+ $1.name.utf8.count &+ 80 } }

    /// Whether an offset is of this session; one of an earlier session says nothing of this one.
    package func knows(_ offset: RecoveryOffset) -> Bool {
        if offset.epoch == since.epoch { return offset.position > since.position }
        return offset.isNotBefore(since) == true
    }

    /// Places up to which the client has everything that was for it, the last of each buffer: an event that one of them covers is not sent
    /// again; `nil` if the offset is none that the client can have.
    func got(_ offset: RecoveryOffset?) -> [RecoveryOffset]? {
        guard let here = gotHere(offset) else { return nil }
        // A client that does not say what it has is owed everything; of the buffer that its offset is in, the offset says it.
        let isTold = offset.map(knows) == true || lastSent == nil
        let before = isTold ? earlier.filter { $0.epoch != offset?.epoch } : []
        var last: [UInt64: RecoveryOffset] = [:]
        for place in before + here where place.position >= last[place.epoch]?.position ?? 0 {
            last[place.epoch] = place
        }
        return Array(last.values)
    }

    private func gotHere(_ offset: RecoveryOffset?) -> [RecoveryOffset]? {
        guard let offset, knows(offset) else { return lastSent == nil ? [since, seen] : [since] }
        if isOver, offset.epoch == seen.epoch {
            guard let lastSent, lastSent.epoch == seen.epoch, offset.position <= lastSent.position else { return nil }
        }
        // The client has all that it was sent; what came between was not for it.
        let hasAll = lastSent.map { offset.epoch == $0.epoch && offset.position >= $0.position } ?? true
        return hasAll ? [since, offset, seen] : [since, offset]
    }
}
