/// An event whose handler runs. Until it ends, the policies that decided the event also decide who receives its messages (POL-08); after
/// that those in force do, even if the context is kept.
struct EventInHand: Sendable {
    /// The event whose handler the calling task runs.
    @TaskLocal static var ofTask: EventInHand?

    let client: Client
    /// The event's place among those of its client, from 1.
    let number: UInt64
    /// The policies that it was decided under.
    let generation: UInt64
    /// The restrictions that hold for what its handler sends.
    let marks: SenderMarks

    /// `nil` once the handler has ended.
    var generationInForce: UInt64? { client.isHandling(number) ? generation : nil }
}
