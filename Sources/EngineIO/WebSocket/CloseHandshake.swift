/// The closing handshake of RFC 6455 section 7, from the server's side.
package struct CloseHandshake: Sendable {
    package enum State: Sendable, Hashable {
        case open
        /// Our close frame is out; the peer's is due.
        case awaitingPeer
        /// Both close frames are done, or the stream is unreadable: only the TCP connection has to end.
        case finished
    }

    package enum Action: Sendable, Hashable {
        case nothing
        /// Send a close frame, then wait for the peer's, with a deadline.
        case sendAndWait
        /// Send a close frame, then end the connection.
        case sendAndEnd
        /// End the connection.
        case end
    }

    package private(set) var state: State = .open

    package init() {}

    /// We want to close.
    package mutating func closeLocally() -> Action {
        guard state == .open else { return .nothing }
        state = .awaitingPeer
        return .sendAndWait
    }

    /// The peer's bytes broke a rule; no more are read.
    package mutating func fail() -> Action {
        let before = state
        state = .finished
        switch before {
        case .open: return .sendAndEnd
        case .awaitingPeer: return .end
        case .finished: return .nothing
        }
    }

    /// The peer's close frame came.
    package mutating func peerClosed() -> Action {
        fail()
    }

    /// The deadline passed, or TCP ended.
    package mutating func expire() -> Action {
        guard state != .finished else { return .nothing }
        state = .finished
        return .end
    }
}
