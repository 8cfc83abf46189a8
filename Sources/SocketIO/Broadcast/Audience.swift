/// Sockets to which the `receive` rules give the same answers: a broadcast asks once for each audience, not for each socket (POL-11).
/// Bound to one event loop.
package final class Audience {
    /// The delivery that ``allowed`` is the answer for.
    var delivery: UInt64 = 0
    var allowed = false

    package init() {}
}

@available(*, unavailable)
extension Audience: Sendable {}
