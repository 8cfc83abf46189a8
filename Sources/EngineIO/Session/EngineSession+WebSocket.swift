internal import GatehouseJSON
package import NIOCore

/// The WebSocket transport, and the WebSocket that probes to become it.
extension EngineSession: WebSocketReceiver {
    package func webSocketOpened(_ socket: WebSocketHandler) {
        // A probe waits for the client; a direct connection is the transport at once.
        guard polling == nil else { return }
        self.socket = socket
        open()
    }

    package func webSocket(_ socket: WebSocketHandler, text: ByteBuffer) {
        guard self.socket === socket else { return probe(socket, text) }
        if heartbeat.isAwaitingPong, closeIfExpired() { return }
        var payload = text
        switch payload.readInteger(as: UInt8.self) {
        case UInt8(ascii: "4"):
            delegate?.engineReceived(text: payload)
        case UInt8(ascii: "b"):
            // Clients with `forceBase64` send binary this way over WebSocket too.
            guard let bytes = Base64.padded.decode(payload) else { return closeMalformed() }
            delegate?.engineReceived(binary: bytes)
        case UInt8(ascii: "3") where payload.readableBytes == 0:
            receivedPong()
        case UInt8(ascii: "1") where payload.readableBytes == 0:
            close(.transportClose)
        case UInt8(ascii: "6"):
            break
        default:
            closeMalformed()
        }
    }

    package func webSocket(_ socket: WebSocketHandler, binary: ByteBuffer) {
        guard self.socket === socket else { return abandonUpgrade() }
        if heartbeat.isAwaitingPong, closeIfExpired() { return }
        delegate?.engineReceived(binary: binary)
    }

    package func webSocketReadComplete(_ socket: WebSocketHandler) {
        if self.socket === socket { delegate?.engineReadComplete() }
    }

    package func webSocketClosed(_ socket: WebSocketHandler, _ end: WebSocketEnd) {
        if case .fault = end { loop.noteMalformed(from: request.address) }
        if self.socket === socket {
            // A WebSocket that we closed ourselves is no longer here when its end arrives.
            switch end {
            case .fault, .broken: close(.transportError)
            case .peerClosed, .lost, .local: close(.transportClose)
            }
        } else if let polling, polling.probe === socket {
            polling.probe = nil
            polling.upgrade.failed()
            resumeHeartbeat(polling)
        }
    }

    package func webSocketBecameWritable(_ socket: WebSocketHandler) {
        guard self.socket === socket else { return }
        delegate?.engineBecameWritable()
        tellOfRoom()
    }

    package func webSocketOverflowed(_ socket: WebSocketHandler) {
        if self.socket === socket {
            close(.slowConsumer, code: 4001, reasonText: "slow_consumer")
        } else {
            abandonUpgrade()
        }
    }

    // MARK: Upgrade

    /// Takes a WebSocket as the one that may replace polling. False: the session has one already, or another is on its way to it.
    func attach(_ socket: WebSocketHandler) -> Bool {
        guard state == .open, self.socket == nil, let polling,
            polling.upgrade.attach(until: loop.now + loop.configuration.upgradeTimeout)
        else { return false }
        polling.probe = socket
        // The session has authenticated, so this connection must not stay in the share of the unauthenticated.
        if isAuthenticated { socket.slot?.authenticate() }
        polling.probedSince = loop.now
        arm()
        return true
    }

    private func probe(_ socket: WebSocketHandler, _ text: ByteBuffer) {
        guard let polling, polling.probe === socket else { return socket.close(.protocolError) }
        switch polling.upgrade.received(text.readableBytesView) {
        case .answer:
            socket.sendText { $0.writeStaticString("3probe") }
            polling.takeParked()?.respondPayload(Self.noop)
        case .complete:
            completeUpgrade(polling, socket)
        case .abandon:
            abandonUpgrade()
        }
    }

    /// From here on everything goes over the WebSocket: first the packets that polling had not fetched, in order (EIO-15).
    private func completeUpgrade(_ polling: PollingTransport, _ socket: WebSocketHandler) {
        polling.probe = nil
        polling.takeParked()?.respondPayload(Self.noop)
        self.socket = socket
        socket.messageLimit = inboundLimit
        socket.outboundLimit = outboundLimit
        leaveUnauthenticatedShare()
        if isPaused || polling.payload != nil { socket.pauseReading() }
        polling.queue.drain { packet, isBinary in socket.send(packet, isText: !isBinary) }
        // A POST that had begun before may still bring its packets.
        if polling.posting == nil { self.polling = nil }
        resumeHeartbeat(polling)
    }

    /// Closes the WebSocket that was probing, and nothing else (EIO-14).
    func abandonUpgrade() {
        guard let polling else { return }
        polling.upgrade.failed()
        let probe = polling.probe
        polling.probe = nil
        probe?.close(.protocolError)
        if probe != nil { resumeHeartbeat(polling) }
    }

    /// A pong that was due while probing gets the time of the probe back.
    private func resumeHeartbeat(_ polling: PollingTransport) {
        guard state == .open else { return }
        heartbeat.resume(loop.now, suspendedSince: polling.probedSince)
        arm()
    }
}
