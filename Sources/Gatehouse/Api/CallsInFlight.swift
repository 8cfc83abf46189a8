/// The calls that are being answered, so that nobody has the server wait for clients without a bound. Pure.
struct CallsInFlight: Sendable {
    let limit: Int
    /// Of one caller.
    let share: Int
    private(set) var total = 0
    private var counts: [UserID: Int] = [:]

    init(limit: Int = 1_024, share: Int = 256) {
        self.limit = limit
        self.share = share
    }

    /// - Returns: whether there is room for one more; then it counts until ``end(_:)``.
    mutating func begin(_ caller: UserID) -> Bool {
        let own = counts[caller] ?? 0
        guard total < limit, own < share else { return false }
        total += 1
        counts[caller] = own + 1
        return true
    }

    mutating func end(_ caller: UserID) {
        guard let own = counts[caller] else { return }
        total -= 1
        counts[caller] = own > 1 ? own - 1 : nil
    }
}
