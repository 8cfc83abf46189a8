/// `recovery`: what is kept for clients that lost their connection (REC-01).
package struct RecoveryPolicy: Sendable, Equatable {
    /// How long, in nanoseconds.
    package var window: Int64
    /// How much of events; and again as much of what is known of the sessions.
    package var bytes: Int64 = 4 << 20
    /// How many events.
    package var messages = 10_000
}
