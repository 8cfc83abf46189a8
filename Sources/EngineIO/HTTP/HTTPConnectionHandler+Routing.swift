import GatehouseNetwork
import GatehouseTLS
import NIOCore

extension HTTPConnectionHandler {
    /// Whether a request is a health probe, which is answered even if there is no room for clients.
    func isProbe(_ head: HTTPRequestHead) -> Bool {
        guard case .probe = loop.configuration.routes[String(head.path)] else { return false }
        return true
    }

    /// Routes a request by its path.
    func route(_ head: HTTPRequestHead) {
        if let application = loop.application(at: head.path) {
            return engine(head, application)
        }
        switch loop.configuration.routes[String(head.path)] {
        case .webSocket(let limits, let make):
            upgrade(head) { .success(WebSocketHandler(loop: $0, slot: $1, limits: limits, receiver: make($0, $2))) }
        case .http(let answer):
            guard isGet(head) else { return refuse(.badRequest) }
            let response = answer(request(head))
            // A route that is not there for everybody answers as an unknown path does.
            guard response.status != .notFound else { return refuse(.notFound) }
            noteUse()
            respond(response)
        case .gathered(let answer):
            guard isGet(head), !head.hasBody else { return refuse(.badRequest) }
            noteUse()
            let request = request(head)
            respondOnceGathered { await answer(request) }
        case .posted(let admit):
            switch admit(request(head)) {
            case .refused(let response): respond(response)
            case .read(let reading): readBody(head, for: reading)
            }
        case .probe(let answer):
            guard isGet(head), !head.hasBody else { return refuse(.badRequest) }
            respondOnceGathered(answer)
        case .engine, nil:
            refuse(.notFound)
        }
    }

    private func isGet(_ head: HTTPRequestHead) -> Bool { head.method == "GET" || head.method == "HEAD" }

    private func engine(_ head: HTTPRequestHead, _ application: any EngineApplication) {
        do throws(EngineRefusal) {
            try serve(head, application)
        } catch {
            refuse(error)
        }
    }

    private func serve(_ head: HTTPRequestHead, _ application: any EngineApplication) throws(EngineRefusal) {
        let request = request(head)
        guard !request.source.isForeignToEngineIO else {
            loop.noteTurnedAway(.page, from: request.address)
            throw .forbidden
        }
        if head.method == "OPTIONS", loop.configuration.cors != nil {
            if let refusal = application.admit(request) { throw refusal }
            return respond(HTTPResponse(.noContent))
        }
        let query = request.query
        let transport = try RequestGate.transport(query, allowed: loop.configuration.transports)
        let sid = Result { () throws(EngineRefusal) in try RequestGate.sessionID(query) }
        if case .success(let sid?) = sid, sid.loop != loop.index, relocate(request, to: sid.loop) { return }
        if let refusal = application.admit(request) { throw refusal }
        switch try RequestGate.classify(head, query, transport, try sid.get()) {
        case .handshake(.polling):
            try openPolling(request, application)
        case .handshake(.websocket):
            openWebSocket(head, application)
        case .poll(let sid):
            guard !head.hasBody else { throw .badRequest }
            try session(sid, request).poll(self)
        case .post(let sid):
            post(head, try session(sid, request))
        case .upgrade(let sid):
            attach(head, try session(sid, request))
        case .misfit(let sid):
            _ = try session(sid, request)
            throw .badRequest
        }
    }

    func request(_ head: HTTPRequestHead) -> EngineRequest {
        let configuration = loop.configuration
        let field = configuration.forwardedField
        let client = ForwardedClient(
            through: peer.address?.ip, field, peer.isProxy ? head.fields.all(field.name) : [], { configuration.isTrustedProxy($0) })
        if let hop = client.unreadable { loop.noteUnreadableHop(hop) }
        return EngineRequest(
            head: head,
            peer: peer.address,
            address: client.address,
            certificate: tls?.session?.peer,
            isSecure: isSecure || peer.isSecure || peer.isProxy && (client.isSecure ?? isForwardedFromTLS(head)),
            isProxied: peer.isProxy,
            issued: configuration.clock.wallMilliseconds()
        )
    }

    /// Whether all proxies on the way say that the client speaks TLS to them. Some write `wss` for a WebSocket.
    private func isForwardedFromTLS(_ head: HTTPRequestHead) -> Bool {
        let schemes = head.fields.all("x-forwarded-proto").flatMap { $0.split(separator: ",", omittingEmptySubsequences: false) }
        return !schemes.isEmpty
            && schemes.allSatisfy { scheme in
                let word = scheme.utf8.filter { $0 != 0x20 && $0 != 0x09 }
                return ASCII.equalIgnoringCase(word, "https".utf8) || ASCII.equalIgnoringCase(word, "wss".utf8)
            }
    }

    private func session(_ sid: SessionID, _ request: EngineRequest) throws(EngineRefusal) -> EngineSession {
        let session = try loop.session(sid, for: request)
        noteUse()
        return session
    }

    private func newSession(_ request: EngineRequest, _ application: any EngineApplication, polling: Bool) throws(EngineRefusal)
        -> EngineSession
    {
        guard !loop.isShuttingDown else { throw .shuttingDown }
        let room = RoomForNewcomer(on: loop.eventLoop)
        let place: UnauthenticatedShare.Place?
        switch loop.ledger.sessionOpened(request.address.key, detached: polling, over: slot?.place, leave: room.leave) {
        case .welcome(let taken): place = taken
        case .refused(let shortage):
            loop.noteTurnedAway(.shortage(shortage), from: request.address)
            throw shortage.refusal
        }
        guard let sid = SessionID(loop: loop.index) else {
            loop.ledger.sessionClosed(request.address.key)
            if let place { loop.ledger.authenticated(place) }
            throw .overloaded
        }
        let session = EngineSession(loop: loop, sid: sid, request: request, application: application, polling: polling, place: place)
        room.belongs(to: session)
        return session
    }

    private func openPolling(_ request: EngineRequest, _ application: any EngineApplication) throws(EngineRefusal) {
        guard !request.head.hasBody else { throw .badRequest }
        let session = try newSession(request, application, polling: true)
        session.open()
        if let cookie = loop.configuration.affinity {
            let isForeign = loop.configuration.cors?.credentials == true
            setsCookie = cookie.field(path: loop.configuration.path, isSecure: request.isSecure, isForeign: isForeign)
        }
        session.poll(self)
        setsCookie = nil
    }

    private func post(_ head: HTTPRequestHead, _ session: EngineSession) {
        let media = head.fields["content-type"].map { $0.prefix { $0 != ";" && $0 != " " } } ?? ""
        if head.fields.contains("content-encoding") {
            return respond(.refusal(.unsupportedMediaType, code: nil, message: "Content-Encoding is not supported"), close: true)
        }
        guard session.beginPost(self) else { return }
        if ASCII.equalIgnoringCase(media.utf8, "application/octet-stream".utf8) {
            session.requestLost(self)
            return refuse(.badRequest, close: true)
        }
        if case .length(let length) = head.body, length > session.inboundLimit {
            return refuseBody(of: session)
        }
        readBody(head, for: session)
    }

    private func openWebSocket(_ head: HTTPRequestHead, _ application: any EngineApplication) {
        upgrade(head) { [self] loop, slot, request in
            do throws(EngineRefusal) {
                let session = try newSession(request, application, polling: false)
                return .success(session.makeWebSocket(slot))
            } catch {
                return .failure(error)
            }
        }
    }

    private func attach(_ head: HTTPRequestHead, _ session: EngineSession) {
        guard session.isOpen, !session.closeIfExpired() else { return refuse(.unknownSession) }
        guard loop.configuration.allowUpgrades else { return refuse(.badRequest) }
        upgrade(head) { _, slot, _ in
            let socket = session.makeWebSocket(slot)
            return .success(session.attach(socket) ? socket : SurplusWebSocket.make(loop, slot))
        }
    }

    /// Answers 101 and puts a WebSocket in this handler's place, or refuses with a whole HTTP answer.
    private func upgrade(
        _ head: HTTPRequestHead,
        _ make: (EngineLoop, ConnectionSlot?, EngineRequest) -> Result<WebSocketHandler, EngineRefusal>
    ) {
        let key: String
        switch WebSocketHandshake.evaluate(head) {
        case .accept(let accept):
            key = accept
        case .wrongVersion:
            var response = HTTPResponse.refusal(
                .upgradeRequired, code: EngineRefusal.badRequest.code, message: "WebSocket version 13 is required")
            response.fields = [("Sec-WebSocket-Version", "13"), ("Upgrade", "websocket"), ("Connection", "Upgrade")]
            return respond(response)
        case .malformed:
            return refuse(.badRequest)
        }
        guard let context else { return }
        switch make(loop, slot, request(head)) {
        case .failure(let refusal):
            refuse(refusal)
        case .success(let socket):
            // The WebSocket's own handler bounds its output queue.
            try? context.channel.syncOptions?.setOption(.writeBufferWaterMark, value: WebSocketHandler.untaken)
            writeLast { output in
                output.writeStaticString(
                    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ")
                output.writeString(key)
                if let offer = WebSocketHandshake.firstOffer(head) { output.writeString("\r\nSec-WebSocket-Protocol: \(offer)") }
                output.writeStaticString("\r\n\r\n")
            }
            do {
                try context.pipeline.syncOperations.addHandler(socket, position: .after(self))
            } catch {
                context.close(promise: nil)
                return
            }
            socket.isSecure = isSecure
            try? context.channel.syncOptions?.setOption(.recvAllocator, value: loop.receiveAllocator(.webSocket, isFirst: false))
            unthrottle()
            let leftover = handOver()
            context.pipeline.syncOperations.removeHandler(self, promise: nil)
            socket.start(leftover)
        }
    }

    /// Moves the connection to the loop that owns the session. False: it stays here.
    private func relocate(_ request: EngineRequest, to index: UInt16) -> Bool {
        guard let relocation = loop.relocation, let context else { return false }
        return relocation.move(self, context, request, to: index)
    }
}

extension EngineSession {
    fileprivate func makeWebSocket(_ slot: ConnectionSlot?) -> WebSocketHandler {
        var limits = loop.configuration.fragments
        limits.message = inboundLimit
        let socket = WebSocketHandler(loop: loop, slot: slot, limits: limits, receiver: self)
        socket.outboundLimit = outboundLimit
        return socket
    }
}
