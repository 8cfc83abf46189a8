/// Sockets to which the `receive` rules give the same answers: a broadcast asks once for each audience, not for each socket (POL-11).
/// Bound to one event loop.
package final class Audience {
    /// The delivery that ``allowed`` answers.
    var delivery: UInt64 = 0
    var allowed = false
    /// The generation of the rules that it was made for. One of another generation is renewed.
    let generation: UInt64

    package init(generation: UInt64 = 0) { self.generation = generation }
}

@available(*, unavailable)
extension Audience: Sendable {}
