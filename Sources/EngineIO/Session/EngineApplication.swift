package import GatehouseNetwork
package import NIOCore

/// The layer above. One instance per event loop; every call comes on that loop.
package protocol EngineApplication: AnyObject {
    /// A connection of this address was accepted, and nothing has been read from it. False: it is closed, before TLS and HTTP cost anything.
    /// Not asked about trusted proxies, whose clients have addresses of their own.
    func letsIn(_ address: ClientAddress) -> Bool

    /// Every HTTP request, before a sid is looked at: Origin and address policy (SEC-02). Nil lets it pass.
    func admit(_ request: EngineRequest) -> EngineRefusal?

    /// A handshake succeeded. The open packet is queued before this call, so what the application sends now follows it.
    func sessionOpened(_ session: EngineSession) -> any EngineSessionDelegate

    /// A client of this address broke a protocol and is let go: HTTP that cannot be read or is too large, a WebSocket frame fault, what is
    /// not Engine.IO, or what the application closed with `EngineCloseReason.parseError`. Once for each connection or session.
    func malformed(from address: ClientAddress)

    /// A client was turned away before the layer above could be asked.
    /// - Parameter address: the client's address, else the other end of the TCP connection.
    func turnedAway(_ cause: TurnedAway, from address: ClientAddress)

    /// A trusted proxy wrote a hop that cannot be read, so that the client's address is unknown. Called for each such request.
    /// - Parameter hop: the text as it came.
    func unreadableHop(_ hop: String)

    /// A request names a session that somebody else opened: the session id has leaked. The request is refused.
    /// - Parameter session: the session's delegate; nil while it closes.
    func strangerRefused(_ request: EngineRequest, _ difference: SessionDifference, session: (any EngineSessionDelegate)?)

    /// The server has stopped, and nothing is called after this: let go of what refers to this loop.
    func loopEnded()
}

/// How a request differs from the handshake of the session that it names.
package enum SessionDifference: Sendable, Hashable {
    case origin
    case certificate
}

/// Why the engine itself turns a client away.
package enum TurnedAway: Sendable, Hashable {
    /// There is no room for the connection or the session.
    case shortage(ConnectionShortage)
    /// An unreadable or oversized request.
    case http
    /// A request that a page caused and no Engine.IO client sends: an image, a script, a form, a link.
    case page
    /// A peer that is no trusted proxy, where only those are served.
    case noProxy
    /// A trusted proxy's connection without its PROXY header.
    case proxyHeader
    /// Its address is banned.
    case banned
    /// A request that came too late, or an answer that was not read.
    case slow
    /// A connection or session that had shown no token made room for a newcomer, since it was the oldest such.
    case madeRoom

    /// The word for it in records.
    package var reason: String {
        switch self {
        case .shortage(let shortage): "limit_\(shortage.rawValue)"
        case .http: "http"
        case .page: "page"
        case .noProxy: "no_proxy"
        case .proxyHeader: "proxy_header"
        case .banned: "address_banned"
        case .slow: "slow"
        case .madeRoom: "made_room"
        }
    }
}

extension EngineApplication {
    /// For a layer above that bans nobody.
    package func letsIn(_ address: ClientAddress) -> Bool { true }
    /// For a layer above that counts nothing.
    package func malformed(from address: ClientAddress) {}
    /// For a layer above that keeps no record.
    package func turnedAway(_ cause: TurnedAway, from address: ClientAddress) {}
    /// For a layer above that keeps no log.
    package func unreadableHop(_ hop: String) {}
    /// For a layer above that refers to nothing.
    package func loopEnded() {}
    /// For a layer above that keeps no record.
    package func strangerRefused(_ request: EngineRequest, _ difference: SessionDifference, session: (any EngineSessionDelegate)?) {}
}

/// The delegate of one session. Every call comes on the session's event loop.
package protocol EngineSessionDelegate: AnyObject {
    /// One text message without its leading `4`. The buffer is a slice of a scratch buffer: it may be kept, which costs the next message an
    /// allocation.
    func engineReceived(text: ByteBuffer)
    /// One binary message.
    func engineReceived(binary: ByteBuffer)
    /// The end of a batch of messages, before what was sent during it is flushed.
    func engineReadComplete()
    /// The engine is about to close the session, for what the client sent or failed to send. Output of this call still leaves, and
    /// `engineClosed` follows. Not called if nothing would reach the client.
    func engineClosing(_ reason: EngineCloseReason)
    /// The session is over. Called exactly once, and nothing is called after it.
    func engineClosed(_ reason: EngineCloseReason)
    /// `EngineSession.applicationDeadline` has passed, and is cleared.
    func engineDeadlineReached(_ now: NIODeadline)
    /// The output queue fell below the mark again after `isWritable` was false.
    func engineBecameWritable()
}

extension EngineSessionDelegate {
    package func engineClosing(_ reason: EngineCloseReason) {}
    package func engineBecameWritable() {}
    package func engineDeadlineReached(_ now: NIODeadline) {}
}
