package import NIOCore

/// The layer above. One instance per event loop; every call comes on that loop.
package protocol EngineApplication: AnyObject {
    /// Every HTTP request, before a sid is looked at: Origin and address policy (SEC-02). Nil lets it pass.
    func admit(_ request: EngineRequest) -> EngineRefusal?

    /// A handshake succeeded. The open packet is queued before this call, so what the application sends now follows it.
    func sessionOpened(_ session: EngineSession) -> any EngineSessionDelegate

    /// A client of this address broke a protocol and is let go: HTTP that cannot be read or is too large, a WebSocket frame fault, what is
    /// not Engine.IO, or what the application closed with `EngineCloseReason.parseError`. Once for each connection or session.
    func malformed(from address: String)

    /// Somebody was turned away before the layer above could be asked.
    /// - Parameter address: whose it was, else the other end of the TCP connection; nil where neither is known.
    func turnedAway(_ cause: TurnedAway, from address: String?)
}

/// Why somebody is turned away by the engine itself.
package enum TurnedAway: Sendable, Hashable {
    /// There is no room for the connection or the session.
    case shortage(ConnectionShortage)
    /// A request that cannot be read, or is too large.
    case http
    /// A request that did not come in time, or an answer that nobody took.
    case slow

    /// The word for it in records.
    package var reason: String {
        switch self {
        case .shortage(let shortage): "limit_\(shortage.rawValue)"
        case .http: "http"
        case .slow: "slow"
        }
    }
}

extension EngineApplication {
    /// For a layer above that counts nothing.
    package func malformed(from address: String) {}
    /// For a layer above that keeps no record.
    package func turnedAway(_ cause: TurnedAway, from address: String?) {}
}

/// Who hears of one session. Every call comes on the session's event loop.
package protocol EngineSessionDelegate: AnyObject {
    /// One text message without its leading `4`. The buffer is a slice of a scratch buffer: it may be kept, which costs the next message an
    /// allocation.
    func engineReceived(text: ByteBuffer)
    /// One binary message.
    func engineReceived(binary: ByteBuffer)
    /// The end of a batch of messages, before what was sent during it is flushed.
    func engineReadComplete()
    /// The engine is about to end the session, for what the client sent or did not send: what is sent within this call still leaves, and
    /// `engineClosed` follows. Not called where nothing would reach the client.
    func engineClosing(_ reason: EngineCloseReason)
    /// The session is over. Called exactly once, and nothing is called after it.
    func engineClosed(_ reason: EngineCloseReason)
    /// `EngineSession.applicationDeadline` has passed, and has been taken back.
    func engineDeadlineReached(_ now: NIODeadline)
    /// What the session owes its client fell below the mark again after `isWritable` was false.
    func engineBecameWritable()
}

extension EngineSessionDelegate {
    package func engineClosing(_ reason: EngineCloseReason) {}
    package func engineBecameWritable() {}
    package func engineDeadlineReached(_ now: NIODeadline) {}
}
