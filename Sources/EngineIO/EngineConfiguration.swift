package import NIOCore

/// Everything an `EngineServer` can be told. Defaults are those of protocol.md section 7; whoever reads user configuration keeps values
/// within the hard maxima.
package struct EngineConfiguration: Sendable {
    /// The path clients use, compared byte for byte.
    package var path = "/socket.io/"
    package var transports: Set<EngineTransportName> = [.polling, .websocket]
    package var allowUpgrades = true
    package var pingInterval: TimeAmount = .milliseconds(25_000)
    package var pingTimeout: TimeAmount = .milliseconds(20_000)
    package var upgradeTimeout: TimeAmount = .seconds(10)
    /// Largest message, frame and POST body, bytes; also the bound of one polling answer.
    package var maxPayload = 65_536
    /// The same until `EngineSession.raiseInboundLimit()`.
    package var unauthenticatedMessage = 16_384
    /// Bytes a WebSocket may owe its client until then: little is sent to such a client but what it provokes (SEC-A).
    package var unauthenticatedOutbound = 8_192
    /// Packets of one polling payload.
    package var packetsPerPayload = 128
    /// Fragment rules of WebSocket messages; `message` is overruled by the two limits above.
    package var fragments = WebSocketLimits()
    package var http = HTTPLimits()
    /// Bytes a connection may owe its client before it is cut.
    package var outboundQueue = 1_048_576
    package var timeouts = EngineTimeouts()
    package var connections = ConnectionLimits()
    /// Nil: no `Access-Control-*` field is ever sent.
    package var cors: CORSPolicy?
    /// Networks whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed (SEC-27).
    package var trustedProxies: [AddressRange] = []
    /// What answers on paths other than `path`.
    package var routes: [String: EngineRoute] = [:]
    package var clock = EngineClock.system
    /// Whether there is room for what comes of reading from clients: asked at the end of every read, so it must be quick. While there is none
    /// no connection is read from, and no client is late with its pong (audit requirements 3). Nil: there always is.
    package var mayRead: (@Sendable () -> Bool)?

    package init() {}
}

/// Deadlines of the phases of a connection.
package struct EngineTimeouts: Sendable {
    /// From accept (or from the first byte of a later request) to the end of a request head.
    package var head: TimeAmount = .seconds(5)
    /// From the head to the end of a body.
    package var body: TimeAmount = .seconds(10)
    /// How long answers may lie untaken before the client is cut, and how long one may take to be gathered.
    package var answer: TimeAmount = .seconds(8)
    /// How long a kept-alive connection may be silent between requests.
    package var idle: TimeAmount = .seconds(30)
    /// How long a closing handshake or a last answer may take, and the first request of a connection that is refused.
    package var close: TimeAmount = .seconds(2)

    package init() {}
}
