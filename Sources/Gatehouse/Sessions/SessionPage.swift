/// The first sessions in the order of their references, as many as a page has: what is behind them is never made.
struct SessionPage: Sendable {
    private let limit: Int
    private(set) var sessions: [SessionSnapshot] = []

    init(limit: Int) { self.limit = limit }

    /// Whether a session with this reference belongs to the page, as far as it is known.
    func hasRoom(for reference: String) -> Bool {
        guard sessions.count >= limit, let last = sessions.last else { return limit > 0 }
        return reference < last.reference
    }

    mutating func insert(_ session: SessionSnapshot) {
        guard hasRoom(for: session.reference) else { return }
        if sessions.count >= limit { sessions.removeLast() }
        var (low, high) = (0, sessions.count)
        while low < high {
            let middle = (low + high) / 2
            if sessions[middle].reference < session.reference { low = middle + 1 } else { high = middle }
        }
        sessions.insert(session, at: low)
    }

    mutating func merge(_ other: SessionPage) { for session in other.sessions { insert(session) } }
}
