/// Why a client that asks for its session begins a new one.
package enum RecoveryRefusal: String, Error, Sendable, CaseIterable {
    /// No such session of this user is kept: it is too long ago, it was taken already, or it may not be recovered.
    case unknown
    /// An event that the client missed is not kept any more.
    case incomplete
    /// The client names an event that it cannot have got.
    case badOffset = "bad_offset"
    /// The events that it missed are more than the queue of a connection may hold.
    case tooMuch = "too_much"
    /// The sessions that the nodes share could not be asked in time.
    case unavailable
}
