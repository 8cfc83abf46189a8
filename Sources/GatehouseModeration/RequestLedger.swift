import Gatehouse
import GatehouseAudit
import GatehouseJSON
import NIOConcurrencyHelpers

/// Answers to the changes of the last 24 hours, by who asked and under which `request_id`: a repeat gets the first answer, a repeat with
/// another payload is a `conflict` (MOD-10). Bounded; kept in memory, so it does not survive a restart.
final class RequestLedger: Sendable {
    struct Key: Hashable, Sendable {
        let user: UserKey
        let event: String
        let id: ULID
    }

    enum Entry: Sendable {
        case running(fingerprint: String)
        case answered(fingerprint: String, ack: JSONValue)
    }

    /// What a request finds.
    enum Claim: Sendable {
        case first
        case repeated(JSONValue)
        case stillRunning
        case conflict
    }

    private struct State {
        var entries: [Key: Entry] = [:]
        var order: [(key: Key, milliseconds: Int64)] = []
    }

    private static let capacity = 10_000
    private static let lifetime: Int64 = 24 * 3_600 * 1_000
    private let state = NIOLockedValueBox(State())

    func claim(_ key: Key, fingerprint: String, now: Int64) -> Claim {
        state.withLockedValue { state in
            Self.forget(&state, now: now)
            switch state.entries[key] {
            case .running(let known)?: return known == fingerprint ? .stillRunning : .conflict
            case .answered(let known, let ack)?: return known == fingerprint ? .repeated(ack) : .conflict
            case nil:
                state.entries[key] = .running(fingerprint: fingerprint)
                state.order.append((key, now))
                return .first
            }
        }
    }

    func answer(_ key: Key, fingerprint: String, ack: JSONValue) {
        state.withLockedValue { $0.entries[key] = .answered(fingerprint: fingerprint, ack: ack) }
    }

    /// A request that failed may be tried again under the same id.
    func release(_ key: Key) {
        state.withLockedValue { state in
            state.entries[key] = nil
            state.order.removeAll { $0.key == key }
        }
    }

    private static func forget(_ state: inout State, now: Int64) {
        var old = 0
        for entry in state.order where now - entry.milliseconds > lifetime || state.order.count - old >= capacity {
            state.entries[entry.key] = nil
            old += 1
        }
        if old > 0 { state.order.removeFirst(old) }
    }
}
