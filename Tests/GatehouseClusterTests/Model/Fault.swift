import NIOCore

/// What a ``FaultProxy`` does to the connections that go through it.
enum Fault: Sendable, Equatable {
    /// Everything comes later.
    case latency(TimeAmount)
    /// Everything comes in pieces of so many bytes, a millisecond apart.
    case slices(Int)
    /// Nothing comes, and nobody is told.
    case stall
    /// Connections are closed, and new ones too.
    case cut
    /// Connections are reset once; new ones go through.
    case reset
}
