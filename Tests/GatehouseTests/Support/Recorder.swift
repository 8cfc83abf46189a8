import NIOConcurrencyHelpers

/// Keeps what happened, in order, whatever thread it happened on.
final class Recorder: Sendable {
    private let kept = NIOLockedValueBox<[String]>([])

    func note(_ text: String) { kept.withLockedValue { $0.append(text) } }

    var notes: [String] { kept.withLockedValue { $0 } }
}
