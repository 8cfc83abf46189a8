package import GatehouseNetwork
package import NIOCore

/// Everything an `EngineServer` can be told. Defaults are those of the specification (protocol, section 7); code that reads user
/// configuration keeps values within the hard maxima.
package struct EngineConfiguration: Sendable {
    /// The path clients use. It is served with and without its last slash; see ``EnginePath``.
    package var path = "/socket.io/"
    package var transports: Set<EngineTransportName> = [.polling, .websocket]
    package var allowUpgrades = true
    package var pingInterval: TimeAmount = .milliseconds(25_000)
    package var pingTimeout: TimeAmount = .milliseconds(20_000)
    package var upgradeTimeout: TimeAmount = .seconds(10)
    /// Largest message, frame and POST body, bytes; also the bound of one polling answer.
    package var maxPayload = 65_536
    /// The limit until `EngineSession.raiseInboundLimit()`.
    package var unauthenticatedMessage = 16_384
    /// Bytes that may be queued for a WebSocket client until then. Such a client is sent little besides answers (SEC-A).
    package var unauthenticatedOutbound = 8_192
    /// Packets of one polling payload. A client sends its whole buffer in one POST of up to `maxPayload` bytes, and an event takes at least
    /// about eight bytes, so a standard client stays within it.
    package var packetsPerPayload = 8_192
    /// Packets of a payload that are taken in one turn of the event loop.
    package var packetsPerTurn = 128
    /// Fragment rules of WebSocket messages; `message` is overruled by the two limits above.
    package var fragments = WebSocketLimits()
    package var http = HTTPLimits()
    /// Bytes that may be queued for a client before its connection is cut.
    package var outboundQueue = 1_048_576
    package var timeouts = EngineTimeouts()
    package var connections = ConnectionLimits()
    /// Connections of one event loop beyond which the oldest is closed for each newcomer, those that are not being answered first; nil:
    /// none is. For a port whose clients come for one answer: a silent connection must not keep others out.
    package var oldestGivesWay: Int?
    /// Nil: no `Access-Control-*` field is ever sent.
    package var cors: CORSPolicy?
    /// Set at each polling handshake; nil: none is.
    package var affinity: AffinityCookie?
    /// Networks whose `forwardedField` and `X-Forwarded-Proto` are believed (SEC-27).
    package var trustedProxies: [CIDR] = []
    /// The field in which they name their client. The other field is not read.
    package var forwardedField = ForwardedField.xForwardedFor
    /// Whether connections of other peers are closed at once. For a plain port behind proxies that end TLS.
    package var servesProxiesOnly = false
    /// Whether connections of trusted proxies begin with a PROXY header. It is not read from other peers.
    package var readsProxyHeaders = false
    /// Handlers of paths other than `path`.
    package var routes: [String: EngineRoute] = [:]
    package var clock = EngineClock.system
    /// Whether there is room for the results of reading from clients. Asked at the end of every read, so it must be quick. While it is
    /// false no connection is read, and no client is late with its pong (specification: audit, section 3). Nil: always true.
    package var mayRead: (@Sendable () -> Bool)?

    package init() {}

    func isTrustedProxy(_ address: IPAddress) -> Bool { trustedProxies.contains { $0.contains(address) } }
}

/// Deadlines of the phases of a connection.
package struct EngineTimeouts: Sendable {
    /// From accept (or from the first byte of a later request) to the end of a request head.
    package var head: TimeAmount = .seconds(5)
    /// From the head to the end of a body.
    package var body: TimeAmount = .seconds(10)
    /// How long answers may wait for the client to read them before it is cut, and how long gathering one may take.
    package var answer: TimeAmount = .seconds(8)
    /// How long a kept-alive connection may be silent between requests. Load balancers keep theirs for 60 seconds and must close first: a
    /// request that they send into a closing connection is lost.
    package var idle: TimeAmount = .seconds(75)
    /// How long a connection may last without a useful request, however many it answers.
    package var useless: TimeAmount = .seconds(30)
    /// How long a closing handshake or a last answer may take, and the first request of a refused connection.
    package var close: TimeAmount = .seconds(2)

    package init() {}
}
