import NIOCore

/// State that a session needs only while it polls; dropped when it becomes a WebSocket.
final class PollingTransport {
    var queue = PollQueue()
    var requests = PollingStateMachine()
    var upgrade = UpgradeStateMachine()
    /// The GET that waits for a packet.
    var parked: HTTPConnectionHandler?
    /// The POST whose packets are being taken.
    var posting: HTTPConnectionHandler?
    /// Packets of that POST not taken yet: all of them while it arrives, some while reading is paused.
    var payload: PayloadCodec?
    /// Whether packets are being taken from it.
    var isTaking = false
    /// Whether the next turn of the event loop takes more of them.
    var isTakingScheduled = false
    /// The WebSocket that may become the transport.
    var probe: WebSocketHandler?
    /// When the probe began.
    var probedSince = NIODeadline.distantPast

    /// Takes the parked GET out, to be answered by the caller.
    func takeParked() -> HTTPConnectionHandler? {
        requests.getEnded()
        defer { parked = nil }
        return parked
    }

    func takePosting() -> HTTPConnectionHandler? {
        requests.postEnded()
        payload = nil
        defer { posting = nil }
        return posting
    }
}

@available(*, unavailable)
extension PollingTransport: Sendable {}
