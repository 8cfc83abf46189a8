import GatehouseNetwork

/// The budget of class B records for each user and each address, in bytes a second. Records beyond it are folded as class C is, so that no
/// peer can make the log grow faster (AUD-13).
///
/// Counted anew each second, so that nothing is kept of past actors. Pure: time comes in as a number.
struct ActorBudget: Sendable {
    /// The most actors that are told apart in a second; beyond, a newcomer's records are folded.
    private static let actors = 16_384
    private static let second: UInt64 = 1_000_000_000

    private let limit: Int
    private var began: UInt64 = 0
    private var users: [String: Int] = [:]
    private var addresses: [AddressKey: Int] = [:]

    init(bytesPerSecond limit: Int) { self.limit = limit }

    /// Takes the size of a record from the budgets of its actor's user and address.
    /// - Returns: whether both had enough.
    mutating func take(_ bytes: Int, of actor: AuditActor, mono: UInt64) -> Bool {
        if mono &- began >= Self.second {
            began = mono
            users.removeAll(keepingCapacity: users.count < Self.actors)
            addresses.removeAll(keepingCapacity: addresses.count < Self.actors)
        }
        let user = actor.isUser ? actor.foldSubject : nil
        if let user, !has(bytes, users[user], of: users.count) { return false }
        if let address = actor.address, !has(bytes, addresses[address], of: addresses.count) { return false }
        if let user { users[user, default: 0] += bytes }
        if let address = actor.address { addresses[address, default: 0] += bytes }
        return true
    }

    private func has(_ bytes: Int, _ spent: Int?, of count: Int) -> Bool {
        guard let spent else { return count < Self.actors }
        return spent + bytes <= limit
    }
}
