import GatehouseJSON
import GatehouseNetwork
import NIOCore

extension EngineSession {
    /// Closes the session. The delegate is called before this returns. Earlier output still leaves, as far as the client reads it.
    /// - Parameters:
    ///   - code: WebSocket close code, 1000…4999; polling has none.
    ///   - reasonText: the reason in the close frame.
    ///   - isOrderly: whether a polling client should still get queued packets and the close; the reason decides by default.
    package func close(_ reason: EngineCloseReason, code: UInt16 = 1000, reasonText: String = "", isOrderly: Bool? = nil) {
        guard state == .open else { return }
        state = .closed
        closeReason = reason
        if reason == .parseError { loop.noteMalformed(from: request.address) }
        leaveUnauthenticatedShare()
        loop.ledger.sessionClosed(request.address.key)
        let wasPolling = socket == nil
        socket?.close(WebSocketCloseCode(rawValue: code), reasonText)
        socket = nil
        if let polling, endPolling(polling, mayDrain: wasPolling && isOrderly ?? reason.isOrderly) { drain() } else { forget() }
        let told = delegate
        delegate = nil
        told?.engineClosed(reason)
        tellOfRoom()
    }

    /// Ends at once, without waiting for the client to fetch the rest.
    func cut() {
        close(.serverShuttingDown, isOrderly: false)
        if state == .draining { forget() }
    }

    /// The client sent what is not Engine.IO.
    func closeMalformed() {
        let hears = socket != nil || polling?.parked != nil
        if hears { delegate?.engineClosing(.parseError) }
        close(.parseError, code: 4500, reasonText: "protocol_error", isOrderly: hears)
    }

    /// The client did not answer a ping in time.
    func closeSilent() {
        let hears = isWritable
        if hears { delegate?.engineClosing(.pingTimeout) }
        close(.pingTimeout, code: 4002, reasonText: "ping_timeout", isOrderly: hears)
    }

    /// Answers the waiting request. True: no request waits, and the client should get the rest later.
    private func endPolling(_ polling: PollingTransport, mayDrain: Bool) -> Bool {
        if let probe = polling.probe {
            polling.probe = nil
            probe.close(.goingAway)
        }
        // The POST whose packet made the application close was accepted. A refusal would look to the client like a transport failure, and
        // it would drop the answer of the waiting GET (EIO-04).
        let isAccepted = mayDrain && polling.payload != nil
        if let posting = polling.takePosting() {
            if isAccepted { posting.respondPayload(Self.accepted) } else { posting.refuse(.unknownSession, close: true) }
        }
        guard let parked = polling.takeParked() else { return mayDrain }
        guard mayDrain else {
            parked.respondPayload(ByteBuffer(string: "1"))
            return false
        }
        return deliverRest(polling, to: parked)
    }

    /// A GET that comes after the end of a draining session.
    func deliverRest(to connection: HTTPConnectionHandler) {
        guard let polling else { return connection.refuse(.unknownSession) }
        if !deliverRest(polling, to: connection) { forget() }
    }

    /// Answers with the remaining packets, and the next GET with `1`. Official clients handle `1` before messages: beside a DISCONNECT in
    /// one payload it would hide the reason. A stopping server gets no next GET and sends both at once.
    /// - Returns: whether there is a next GET to wait for.
    private func deliverRest(_ polling: PollingTransport, to connection: HTTPConnectionHandler) -> Bool {
        let isLast = polling.queue.isEmpty || loop.isShuttingDown
        if isLast { _ = polling.queue.appendText { $0.writeInteger(UInt8(ascii: "1")) } }
        connection.respondPayload(polling.queue.payload(limit: Int.max))
        return !isLast
    }
}
