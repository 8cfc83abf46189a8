/// An event whose handler runs. As long as it does, the policies that the event was decided under decide who receives what it leads to
/// (POL-08); afterwards those in force do, however long its context is kept.
struct EventInHand: Sendable {
    /// The event whose handler the calling task runs.
    @TaskLocal static var ofTask: EventInHand?

    let client: Client
    /// The event's place among those of its client, from 1.
    let number: UInt64
    /// The policies that it was decided under.
    let generation: UInt64

    /// `nil` once the handler has ended.
    var generationInForce: UInt64? { client.isHandling(number) ? generation : nil }
}
