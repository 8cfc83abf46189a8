import Logging
import NIOConcurrencyHelpers

/// Sent events that nobody hears: no `receive` rule allows them to anybody, or the gateway has not declared them (MDL-21).
///
/// Each is reported once, and counted each time. At most 1,024 names are remembered.
final class UnheardEvents: Sendable {
    enum Reason: String, Sendable, CaseIterable {
        /// No `receive` rule of the namespace's policy speaks of it.
        case noRule = "no_rule"
        /// The gateways of the namespace declare their events, and this is not one of them.
        case undeclared
    }

    struct Key: Hashable, Sendable {
        let namespace: String
        let event: String
    }

    private struct State: Sendable {
        var counts: [Reason: UInt64] = [:]
        /// The verdict on an event, by the generation of the policies.
        var known: [Key: (generation: UInt64, reason: Reason?)] = [:]
    }

    private static let most = 1_024
    private let state = NIOLockedValueBox(State())
    private let logger: Logger

    init(logger: Logger) { self.logger = logger }

    /// The number of unheard deliveries.
    var counts: [Reason: UInt64] { state.withLockedValue { $0.counts } }

    /// The events that were not heard under the policies in force.
    var events: [(namespace: String, event: String, reason: Reason)] {
        state.withLockedValue { state in
            state.known.compactMap { key, known in known.reason.map { (key.namespace, key.event, $0) } }
        }.sorted { ($0.0, $0.1) < ($1.0, $1.1) }
    }

    /// An event is on its way to somebody.
    /// - Parameter reason: why nobody hears it, asked once for each event and generation; `nil` if somebody does.
    func check(_ event: String, in namespace: String, generation: UInt64, reason: () -> Reason?) {
        let key = Key(namespace: namespace, event: event)
        if let known = state.withLockedValue({ $0.known[key] }), known.generation == generation {
            if let reason = known.reason { state.withLockedValue { $0.counts[reason, default: 0] &+= 1 } }
            return
        }
        let found = reason()
        let isNews = state.withLockedValue { state in
            if let found { state.counts[found, default: 0] &+= 1 }
            guard state.known[key] != nil || state.known.count < Self.most else { return false }
            let before = state.known.updateValue((generation, found), forKey: key)
            return found != nil && before?.reason != found
        }
        guard isNews, let found else { return }
        let text: Logger.Message =
            switch found {
            case .noRule: "an event is sent that nobody may receive: add a rule under 'receive' of the namespace's policy"
            case .undeclared: "an event is sent that its gateways do not declare: add emits(…) for it"
            }
        logger.warning(text, metadata: ["namespace": "\(namespace)", "event": "\(event)"])
    }
}
