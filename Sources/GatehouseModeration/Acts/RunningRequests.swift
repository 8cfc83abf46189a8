import Gatehouse
import GatehouseAudit
import NIOConcurrencyHelpers

/// The requests that run now: a repeat that comes meanwhile is told so (MOD-10). Requests that are over are in the store. Bounded by the
/// handlers that run. Any thread may use it.
final class RunningRequests: Sendable {
    struct Key: Hashable, Sendable {
        let user: UserID
        let event: String
        let id: ULID
    }

    enum Beginning: Sendable {
        case begun
        case isRunning
        /// Another request runs under this id.
        case isAnother
    }

    private let payloads = NIOLockedValueBox<[Key: String]>([:])

    func begin(_ key: Key, _ payload: String) -> Beginning {
        payloads.withLockedValue { payloads in
            if let known = payloads[key] { return known == payload ? .isRunning : .isAnother }
            payloads[key] = payload
            return .begun
        }
    }

    func end(_ key: Key) { _ = payloads.withLockedValue { $0.removeValue(forKey: key) } }
}
