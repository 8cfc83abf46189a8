import Gatehouse
import GatehouseAudit
import GatehouseJSON
import NIOConcurrencyHelpers
import SocketIO

/// The sign-ins that the Admin UI may come back to: random ids, each for a token, until that ends. Kept in memory alone, by the hash of the
/// id, so that the time of a look-up says nothing of other ids. The oldest make way, a user's own first. Any thread may use it.
final class AdminUISessions: Sendable {
    static let most = 256
    static let mostOfUser = 8

    private struct Entry: Sendable {
        let id: AuditHash
        let token: String
        let user: UserID
        /// Seconds since 1970.
        let expires: Double
    }

    private let entries = NIOLockedValueBox<[Entry]>([])

    /// - Returns: the id; `nil` if none can be made.
    func begin(_ token: String, of user: UserID, until expires: Double, now: Double) -> String? {
        var generator = SystemRandomNumberGenerator()
        let id = Base16.encode((0..<16).map { _ in UInt8.random(in: .min ... .max, using: &generator) })
        guard let hash = try? AuditHash.sha256(Array(id.utf8)) else { return nil }
        entries.withLockedValue { entries in
            entries.removeAll { $0.expires <= now }
            if entries.count(where: { $0.user == user }) >= Self.mostOfUser, let oldest = entries.firstIndex(where: { $0.user == user }) {
                entries.remove(at: oldest)
            }
            if entries.count >= Self.most { entries.removeFirst() }
            entries.append(Entry(id: hash, token: token, user: user, expires: expires))
        }
        return id
    }

    /// The token that an id stands for. Whether it is still good is for who verifies it.
    func token(of id: String) -> String? {
        guard id.utf8.count == 32, let hash = try? AuditHash.sha256(Array(id.utf8)) else { return nil }
        return entries.withLockedValue { entries in entries.first { $0.id == hash }?.token }
    }

    var count: Int { entries.withLockedValue { $0.count } }
}
