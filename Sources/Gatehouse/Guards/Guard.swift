/// A decision in code, beside the policy rules: may this client send this event?
///
/// Guards run after the `send` rule and before interceptors, pipes and the handler, and see the raw payload (GW-01). An error that a guard
/// throws is a refusal, and so is a guard that takes longer than the handler timeout (SEC-29). A ``GatewayError`` is answered with its code
/// and message; exception filters are asked first. A refusal counts as a violation of the client (`limits.violations`), unless the guard
/// failed: threw an error without a code, or with `internal`, `unavailable` or `timeout`. Guards combine with ``allOf(_:)``, ``anyOf(_:)``
/// and ``not(_:)``.
public protocol Guard: Sendable {
    /// The decision, if it can be made at once. Called on the client's event loop; it must not block.
    /// - Returns: `nil` to be asked again through ``evaluate(_:)``, which may suspend.
    func evaluateNow(_ request: EventRequest) throws -> GuardVerdict?

    /// The decision, when it takes more than a look: called only if ``evaluateNow(_:)`` gave `nil`.
    func evaluate(_ request: EventRequest) async throws -> GuardVerdict
}

extension Guard {
    /// Always asks ``evaluate(_:)``.
    public func evaluateNow(_ request: EventRequest) throws -> GuardVerdict? { nil }

    /// A guard without an answer refuses.
    public func evaluate(_ request: EventRequest) async throws -> GuardVerdict { .deny(reason: "no_answer") }
}

/// The decision of a guard.
public enum GuardVerdict: Sendable, Equatable {
    /// The event may go on to the next guard.
    case allow
    /// The event is refused: the client gets `forbidden` and a decision id, the audit log gets the reason.
    case deny(reason: String)
}
