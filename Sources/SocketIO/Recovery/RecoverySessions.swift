import NIOCore

/// The sessions of one namespace whose clients may come back: each is taken once, by its owner, in time (REC-03). Bounded in count, in bytes
/// and for each owner.
struct RecoverySessions {
    private var sessions: [Bits128: RecoverySession] = [:]
    /// In the order in which they were kept. Those that were taken are skipped.
    private var order = CircularBuffer<(pid: Bits128, time: NIODeadline)>()
    private var owners: [[UInt8]: Int] = [:]
    private(set) var byteCount = 0

    var count: Int { sessions.count }

    mutating func keep(_ session: RecoverySession, _ limits: RecoverySettings) {
        remove(session.pid)
        if owners[session.owner, default: 0] >= RecoverySettings.sessionsPerOwner { removeOldest(of: session.owner) }
        sessions[session.pid] = session
        owners[session.owner, default: 0] += 1
        byteCount &+= session.size
        order.append((session.pid, session.time))
        while sessions.count > RecoverySettings.sessions || byteCount > limits.bytes, let first = order.popFirst() {
            if sessions[first.pid]?.time == first.time { remove(first.pid) }
        }
        if order.count > sessions.count &* 2 &+ 64 { order = order.filter { sessions[$0.pid]?.time == $0.time } }
    }

    /// Takes a session out, if it is the owner's.
    mutating func take(_ pid: Bits128, by owner: [UInt8]) -> RecoverySession? {
        guard let session = sessions[pid], session.owner == owner else { return nil }
        remove(pid)
        return session
    }

    mutating func expire(at now: NIODeadline, _ limits: RecoverySettings) {
        while let first = order.first, now - first.time > limits.window {
            order.removeFirst()
            if sessions[first.pid]?.time == first.time { remove(first.pid) }
        }
    }

    mutating func removeAll() { self = RecoverySessions() }

    /// Drops those of one owner.
    mutating func removeAll(of owner: [UInt8]) {
        guard owners[owner] != nil else { return }
        for session in sessions.values where session.owner == owner { remove(session.pid) }
    }

    private mutating func removeOldest(of owner: [UInt8]) {
        for entry in order {
            guard let session = sessions[entry.pid], session.time == entry.time, session.owner == owner else { continue }
            return remove(entry.pid)
        }
    }

    private mutating func remove(_ pid: Bits128) {
        guard let session = sessions.removeValue(forKey: pid) else { return }
        byteCount &-= session.size
        let left = (owners[session.owner] ?? 1) - 1
        owners[session.owner] = left > 0 ? left : nil
    }
}
