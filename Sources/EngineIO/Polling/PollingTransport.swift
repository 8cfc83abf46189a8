import NIOCore

/// What a session needs only while it polls; dropped when it becomes a WebSocket.
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
    /// The WebSocket that may become the transport.
    var probe: WebSocketHandler?
    /// When it began to try.
    var probedSince = NIODeadline.distantPast

    /// Hands the parked GET over to whoever will answer it.
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
