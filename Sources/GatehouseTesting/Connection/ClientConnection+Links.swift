import NIOCore

extension ClientConnection: ClientLinkDelegate {
    func linkReady(_ link: any ClientLink) {
        guard let probe, link === probe else { return }
        probe.send([.text("2probe")])
    }

    func linkReceived(_ packet: EnginePacket, from link: any ClientLink) {
        guard closeReason == nil else { return }
        if let probe, link === probe { return probeReceived(packet, probe) }
        guard link === self.link else { return }
        switch packet {
        case .open(let opening): received(opening, from: link)
        case .close: end(CloseReason(.server, "The server sent a close packet."))
        case .ping(let payload):
            expectPing()
            link.send([.text("3" + payload)])
        case .message(let text): received(text)
        case .binary(let attachment): received(attachment)
        case .pong, .noop: break
        }
    }

    func linkEnded(_ reason: CloseReason, error: SocketIOClientError, of link: any ClientLink) {
        guard link === self.link || probe.map({ link === $0 }) == true else { return }
        end(reason, opened == nil ? nil : error)
    }

    private func received(_ opening: EngineOpening, from link: any ClientLink) {
        guard self.opening == nil else { return violation("The server opened the connection twice.") }
        self.opening = opening
        expectPing()
        guard options.transport == .upgrade else { return finishOpening() }
        guard opening.upgrades.contains("websocket") else { return violation("The server offers no upgrade to WebSocket.") }
        let probe = WebSocketLink(on: loop, delegate: self)
        self.probe = probe
        probe.start(dialer, sid: opening.sid)
    }

    private func probeReceived(_ packet: EnginePacket, _ probe: WebSocketLink) {
        guard case .pong("probe") = packet, let polling = link as? PollingLink else {
            return violation("The server answered the upgrade's probe with another packet.")
        }
        polling.pause { [weak self, weak polling] in
            guard let self, let polling, self.probe === probe else { return }
            probe.send([.text("5")] + polling.takeUnsent())
            self.link = probe
            self.probe = nil
            self.finishOpening()
            // Its session lives on in the WebSocket: no goodbye, only the idle sockets are closed.
            polling.retire()
        }
    }

    private func finishOpening() {
        guard let opening else { return }
        opened?.succeed(opening)
        opened = nil
    }

    func violation(_ message: String) {
        end(CloseReason(.transport, message), SocketIOClientError(.protocolViolation, message))
    }
}
