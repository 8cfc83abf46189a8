import NIOCore

/// The polling transport. Every request of the session comes here from the connection that carries it, which waits until it is answered.
extension EngineSession {
    /// A GET.
    func poll(_ connection: HTTPConnectionHandler) {
        if closeIfExpired() { return connection.refuse(.unknownSession) }
        if state == .draining { return deliverRest(to: connection) }
        guard state == .open else { return connection.refuse(.unknownSession) }
        guard socket == nil, let polling else { return connection.refuse(.badRequest) }
        if isAuthenticated { connection.slot?.authenticate() }
        switch polling.requests.get(hasPackets: !polling.queue.isEmpty, releasesPolls: polling.upgrade.releasesPolls) {
        case .park:
            polling.parked = connection
            connection.park(self)
        case .deliver:
            connection.respondPayload(polling.queue.payload(limit: loop.configuration.maxPayload))
            tellOfRoom()
        case .release:
            connection.respondPayload(Self.noop)
        case .overlap:
            connection.refuse(.badRequest, close: true)
            close(.transportError)
        }
    }

    /// A POST begins. False: it has been refused.
    func beginPost(_ connection: HTTPConnectionHandler) -> Bool {
        if closeIfExpired() {
            connection.refuse(.unknownSession, close: true)
            return false
        }
        guard state == .open else {
            connection.refuse(.unknownSession, close: true)
            return false
        }
        guard socket == nil, let polling else {
            connection.refuse(.badRequest, close: true)
            return false
        }
        if isAuthenticated { connection.slot?.authenticate() }
        guard polling.requests.post() else {
            connection.refuse(.badRequest, close: true)
            close(.transportError)
            return false
        }
        polling.posting = connection
        return true
    }

    /// The body of the POST is complete.
    func post(_ body: ByteBuffer) {
        guard state == .open, let polling else { return }
        do throws(PayloadCodec.Fault) {
            polling.payload = try PayloadCodec(body, limit: loop.configuration.packetsPerPayload)
            takePackets()
        } catch {
            refusePost()
        }
    }

    /// Takes packets until the payload ends, reading is paused or the session is over. A payload of many packets takes several turns of the
    /// event loop, so that other clients do not wait for it.
    func takePackets() {
        guard let polling, !polling.isTaking else { return }
        polling.isTaking = true
        var left = loop.configuration.packetsPerTurn
        do throws(PayloadCodec.Fault) {
            while !isPaused, state == .open, polling.payload != nil, left > 0 {
                left -= 1
                guard let packet = try polling.payload?.next() else {
                    polling.takePosting()?.respondPayload(Self.accepted)
                    break
                }
                deliver(packet)
            }
        } catch {
            refusePost()
        }
        polling.isTaking = false
        delegate?.engineReadComplete()
        deliverToParked()
        guard polling.payload == nil || state != .open else {
            // What the WebSocket brings after an upgrade comes later (EIO-15), so it is still not read.
            if !isPaused { takeMorePackets(polling) }
            return
        }
        if socket != nil, polling.posting == nil { self.polling = nil }
        if !isPaused { socket?.resumeReading() }
    }

    private func takeMorePackets(_ polling: PollingTransport) {
        guard !polling.isTakingScheduled else { return }
        polling.isTakingScheduled = true
        loop.eventLoop.assumeIsolated().execute {
            polling.isTakingScheduled = false
            self.takePackets()
        }
    }

    private func deliver(_ packet: PayloadCodec.Packet) {
        switch packet {
        case .message(let text): delegate?.engineReceived(text: text)
        case .binary(let bytes): delegate?.engineReceived(binary: bytes)
        case .pong: receivedPong()
        case .ignored: break
        case .close: clientClosed()
        }
    }

    /// `1` in a POST: the waiting GET gets `6`, the POST its `ok` (EIO-08).
    private func clientClosed() {
        polling?.takeParked()?.respondPayload(Self.noop)
        polling?.takePosting()?.respondPayload(Self.accepted)
        close(.transportClose)
    }

    private func refusePost() {
        polling?.takePosting()?.refuse(.badRequest, close: true)
        closeMalformed()
    }

    /// Gives what is queued to the GET that waits for it.
    func deliverToParked() {
        guard let polling, !polling.queue.isEmpty, socket == nil, let parked = polling.takeParked() else { return }
        parked.respondPayload(polling.queue.payload(limit: loop.configuration.maxPayload))
        tellOfRoom()
    }

    /// A connection with an unanswered request of this session has ended, or the body broke a rule.
    func requestLost(_ connection: HTTPConnectionHandler) {
        guard let polling else { return }
        if polling.parked === connection {
            _ = polling.takeParked()
        } else if polling.posting === connection {
            _ = polling.takePosting()
            // The session has another transport: the old one ends with its last request (EIO-13).
            if socket != nil {
                self.polling = nil
                return
            }
        } else {
            return
        }
        close(.transportError)
    }

    /// A GET or POST of this session was lost before it could be taken in.
    func requestLost() {
        if socket == nil { close(.transportError) }
    }

    static let noop = ByteBuffer(string: "6")
    static let accepted = ByteBuffer(string: "ok")
}
