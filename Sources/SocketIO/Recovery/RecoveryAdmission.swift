/// Whose a session is, and which one its client asks for in CONNECT.
package struct RecoveryAdmission: Sendable {
    /// Who may take the session later: opaque here, the same for each session of one user.
    package var owner: [UInt8]
    /// `pid` of the payload.
    package var pid: String?
    /// `offset` of the payload: the last event that the client got.
    package var offset: String?
    /// What was found where nodes share sessions; `nil` on one node alone.
    package var taken: Result<RecoverySession, RecoveryRefusal>?

    package init(owner: [UInt8], pid: String? = nil, offset: String? = nil) {
        self.owner = owner
        self.pid = pid
        self.offset = offset
    }
}

/// A session that went on (REC-09).
package struct RecoveredSession: Sendable {
    /// How many events the client had missed, and gets now.
    package internal(set) var events = 0
    /// The rooms that it is not in any more.
    package internal(set) var lostRooms: [String] = []
}
