import NIOCore

extension EngineSession {
    /// Ends the session. The delegate hears of it before this returns; what was sent before still leaves, as far as the client takes it.
    /// - Parameters:
    ///   - code: WebSocket close code, 1000…4999; polling has none.
    ///   - reasonText: the reason in the close frame.
    ///   - isOrderly: whether a polling client should still find what is queued, and the news of the end; by default, as the reason says.
    package func close(_ reason: EngineCloseReason, code: UInt16 = 1000, reasonText: String = "", isOrderly: Bool? = nil) {
        guard state == .open else { return }
        state = .closed
        closeReason = reason
        if reason == .parseError { loop.noteMalformed(from: request.address) }
        leaveUnauthenticatedShare()
        loop.ledger.sessionClosed(request.address)
        let wasPolling = socket == nil
        socket?.close(WebSocketCloseCode(rawValue: code), reasonText)
        socket = nil
        if let polling, endPolling(polling, mayDrain: wasPolling && isOrderly ?? reason.isOrderly) { drain() } else { forget() }
        let told = delegate
        delegate = nil
        told?.engineClosed(reason)
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

    /// Answers what waits. True: the client has no request waiting and should find the rest later.
    private func endPolling(_ polling: PollingTransport, mayDrain: Bool) -> Bool {
        if let probe = polling.probe {
            polling.probe = nil
            probe.close(.goingAway)
        }
        // The packet that made the application close was accepted with its POST: a client that were refused it would take the end for a
        // failure of its transport, and drop what the waiting GET is about to say (EIO-04).
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

    /// Answers with what is left, the next GET with `1`: official clients look at messages later than at `1`, and one in the same payload as
    /// a DISCONNECT is to them an end for which nobody gave a reason. A server that stops has no next GET, and says both at once.
    /// - Returns: whether there is a next GET to wait for.
    private func deliverRest(_ polling: PollingTransport, to connection: HTTPConnectionHandler) -> Bool {
        let isLast = polling.queue.isEmpty || loop.isShuttingDown
        if isLast { _ = polling.queue.appendText { $0.writeInteger(UInt8(ascii: "1")) } }
        connection.respondPayload(polling.queue.payload(limit: Int.max))
        return !isLast
    }
}
