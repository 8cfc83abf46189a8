/// What an Engine.IO request asks for, by the table of the specification (protocol, section 1): transport, then (elsewhere) Origin, then
/// sid or method, then version.
enum RequestGate {
    enum Kind: Equatable {
        case handshake(EngineTransportName)
        case poll(SessionID)
        case post(SessionID)
        case upgrade(SessionID)
        /// A request for a session that is none of the above: code 3 if the session is there, code 1 if not.
        case misfit(SessionID)
    }

    static func transport(_ query: HTTPQuery, allowed: Set<EngineTransportName>) throws(EngineRefusal) -> EngineTransportName {
        guard let name = query.single("transport"), let transport = EngineTransportName(rawValue: name), allowed.contains(transport) else {
            throw .unknownTransport
        }
        return transport
    }

    /// The sid of the request; nil when there is none.
    static func sessionID(_ query: HTTPQuery) throws(EngineRefusal) -> SessionID? {
        let values = query.all("sid")
        guard let text = values.first else { return nil }
        guard values.count == 1, let sid = SessionID(text) else { throw .unknownSession }
        return sid
    }

    static func classify(
        _ head: HTTPRequestHead,
        _ query: HTTPQuery,
        _ transport: EngineTransportName,
        _ sid: SessionID?
    ) throws(EngineRefusal) -> Kind {
        let isUpgrade = transport == .websocket && WebSocketHandshake.asksForUpgrade(head)
        guard let sid else {
            guard head.method == "GET" else { throw .badHandshakeMethod }
            guard transport == .polling || isUpgrade else { throw .badRequest }
            guard query.single("EIO") == "4" else { throw .unsupportedVersion }
            return .handshake(transport)
        }
        switch (transport, head.method) {
        case (.polling, "GET"): return .poll(sid)
        case (.polling, "POST"): return .post(sid)
        case (.websocket, "GET") where isUpgrade: return .upgrade(sid)
        default: return .misfit(sid)
        }
    }
}
