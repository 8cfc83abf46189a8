package import NIOCore

/// The upgrade from polling to WebSocket (EIO-12 … EIO-15), seen from the session.
package struct UpgradeStateMachine: Sendable {
    package enum State: Sendable, Hashable {
        case polling
        /// A WebSocket is attached and has said nothing.
        case attached(until: NIODeadline)
        /// `3probe` is out; GETs are released at once, `5` is due.
        case probed(until: NIODeadline)
        case upgraded
    }

    package enum ProbeAction: Sendable, Hashable {
        /// Answer `3probe` and release a parked GET with `6`.
        case answer
        /// The WebSocket is now the transport.
        case complete
        /// Close the WebSocket, and nothing else.
        case abandon
    }

    package private(set) var state: State = .polling

    package init() {}

    /// Whether GETs are not parked now.
    package var releasesPolls: Bool {
        if case .probed = state { return true }
        return false
    }

    /// When the upgrade has taken too long; nil when none is going on.
    package var deadline: NIODeadline? {
        switch state {
        case .attached(let time), .probed(let time): time
        case .polling, .upgraded: nil
        }
    }

    /// A WebSocket asks for this session. False: refuse it.
    package mutating func attach(until deadline: NIODeadline) -> Bool {
        guard state == .polling else { return false }
        state = .attached(until: deadline)
        return true
    }

    /// A text frame came on the attached WebSocket.
    package mutating func received(_ packet: some Collection<UInt8>) -> ProbeAction {
        switch state {
        case .attached(let time) where packet.elementsEqual("2probe".utf8):
            state = .probed(until: time)
            return .answer
        case .probed where packet.elementsEqual("5".utf8):
            state = .upgraded
            return .complete
        default:
            failed()
            return .abandon
        }
    }

    /// The attached WebSocket ended or took too long: polling goes on as before.
    package mutating func failed() {
        if state != .upgraded { state = .polling }
    }
}
