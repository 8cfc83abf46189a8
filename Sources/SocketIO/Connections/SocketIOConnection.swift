package import EngineIO
import GatehouseJSON
package import NIOCore

/// One client's connection: the namespaces it is in, the CONNECTs that wait for an answer, and the packet whose attachments are due.
/// Bound to the event loop of its Engine.IO session, and closed exactly once.
package final class SocketIOConnection: EngineSessionDelegate {
    package let session: EngineSession
    package let loop: SocketIOLoop
    /// What the layer above keeps with a connection.
    package var state: AnyObject?
    package private(set) var sockets: [Socket] = []
    package private(set) var isClosed = false

    private var attempts: [ConnectAttempt] = []
    private var assembly: BinaryAssembly?
    /// Whether the packet that is being put together is for nobody.
    private var isAssemblyDropped = false
    private var left: LeftNamespaces
    private var refusals = 0
    /// The instant by which a namespace must be joined (SIO-04); `nil` while one is.
    private var connectDeadline: NIODeadline?
    /// Set by the layer above, such as the end of a token; ``SocketIOLoop`` calls back when it has passed.
    package private(set) var applicationDeadline: (instant: NIODeadline, action: () -> Void)?
    private var closure: ConnectionClosure?
    /// Why the session has ended, until the last socket has left.
    private var ended: EngineCloseReason?
    private var fault: PacketError?

    init(session: EngineSession, loop: SocketIOLoop) {
        self.session = session
        self.loop = loop
        left = LeftNamespaces(capacity: loop.limits.namespacesPerConnection)
        connectDeadline = loop.now + loop.limits.connectTimeout
    }

    // MARK: Inbound

    package func engineReceived(text: ByteBuffer) {
        guard !isClosed else { return }
        loop.beginBatch()
        guard assembly == nil else {
            return fail(PacketError(.textWhileAttachmentsDue, "a text message came while attachments were due"))
        }
        let header: PacketHeader
        do {
            header = try PacketHeader(decoding: text.readableBytesUInt8Span, limits: loop.headerLimits)
        } catch {
            return fail(error)
        }
        if header.attachments > 0 {
            // What belongs to a namespace that the server has just left is taken whole, and then dropped.
            isAssemblyDropped = joined(header, text) == nil
            guard !isAssemblyDropped || wasLeftLately(header, text) else { return absent(header, text) }
            assembly = BinaryAssembly(header: header, text: text, deadline: loop.now + loop.limits.attachmentTimeout)
            return reschedule()
        }
        receive(header, text, [])
    }

    package func engineReceived(binary: ByteBuffer) {
        guard !isClosed else { return }
        guard var current = assembly else {
            return fail(PacketError(.unexpectedBinary, "a binary message came when no attachment was due"))
        }
        assembly = nil
        guard current.append(binary) else {
            assembly = current
            return
        }
        guard !isAssemblyDropped else { return loop.counters.droppedAfterLeave &+= 1 }
        receive(current.header, current.text, current.attachments)
    }

    package func engineReadComplete() { loop.endOfBatch() }

    private func receive(_ header: PacketHeader, _ text: ByteBuffer, _ attachments: [ByteBuffer]) {
        switch header.type {
        case .event, .binaryEvent:
            guard let socket = joined(header, text) else { return absent(header, text) }
            if socket.mailbox.isBusy {
                enqueue(header, text, attachments, for: socket)
            } else {
                dispatch(header, text, attachments, to: socket)
            }
        case .ack, .binaryAck:
            guard let socket = joined(header, text) else { return absent(header, text) }
            acknowledge(header, text, attachments, on: socket)
        case .connect:
            connect(header, text)
        case .disconnect:
            guard header.payload.isEmpty, header.ackID == nil else {
                return fail(PacketError(.badPayload, "DISCONNECT has no payload"))
            }
            guard let socket = joined(header, text) else { return absent(header, text) }
            leave(socket, reason: .clientNamespaceDisconnect)
        case .connectError:
            fail(PacketError(.notFromClient, "CONNECT_ERROR is the server's packet"))
        }
    }

    private func joined(_ header: PacketHeader, _ text: ByteBuffer) -> Socket? {
        let bytes = text.readableBytesUInt8Span
        for socket in sockets where socket.namespace.definition.isNamed(bytes, header.namespace) { return socket }
        return nil
    }

    /// A packet for a namespace that is not joined closes the connection, unless the server left that namespace so lately that
    /// the packet may have been under way (SIO-06, SIO-07).
    private func absent(_ header: PacketHeader, _ text: ByteBuffer) {
        guard wasLeftLately(header, text) else {
            return fail(PacketError(.notJoined, "a packet came for a namespace that is not joined"))
        }
        loop.counters.droppedAfterLeave &+= 1
    }

    private func wasLeftLately(_ header: PacketHeader, _ text: ByteBuffer) -> Bool {
        left.contains(name(header, text), at: loop.now, grace: loop.limits.leftNamespaceGrace)
    }

    private func name(_ header: PacketHeader, _ text: ByteBuffer) -> String {
        guard !header.namespace.isEmpty else { return "/" }
        return text.getString(at: text.readerIndex + header.namespace.lowerBound, length: header.namespace.count) ?? ""
    }

    // MARK: CONNECT

    private func connect(_ header: PacketHeader, _ text: ByteBuffer) {
        guard header.ackID == nil else { return fail(PacketError(.badPayload, "CONNECT has no ack id")) }
        var auth: JSONObject = [:]
        if !header.payload.isEmpty {
            guard let slice = text.getSlice(at: text.readerIndex + header.payload.lowerBound, length: header.payload.count),
                case .object(let object)? = try? JSONValue(parsing: slice, limits: loop.jsonLimits)
            else { return fail(PacketError(.badPayload, "the payload of CONNECT is a JSON object, or absent")) }
            auth = object
        }
        let named = loop.definition(named: text.readableBytesUInt8Span, header.namespace) { name(header, text) }
        guard let definition = named else { return refuseUnknown(name(header, text)) }
        guard joined(header, text) == nil, !attempts.contains(where: { $0.definition.namespace == definition.namespace }) else {
            return fail(PacketError(.alreadyJoined, "a namespace is joined once for each connection"))
        }
        let attempt = ConnectAttempt(connection: self, definition: definition, auth: auth)
        attempts.append(attempt)
        guard sockets.count + attempts.count <= loop.limits.namespacesPerConnection else {
            return loop.application.refusedTooManyNamespaces(attempt)
        }
        loop.application.connect(attempt)
    }

    private func refuseUnknown(_ name: String) {
        // The name is a peer's text of at most 128 bytes without a comma; it is written back as it came, so it must be plain.
        guard name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }) else {
            return fail(PacketError(.badNamespace, "a namespace is named in plain characters"))
        }
        session.sendText { buffer in
            buffer.writeInteger(PacketType.connectError.rawValue)
            if name != "/" { buffer.writeString(name + ",") }
            buffer.writeStaticString(#"{"message":"Invalid namespace"}"#)
        }
        loop.application.refusedUnknownNamespace(name, on: self)
        countRefusal()
    }

    func accept(_ attempt: ConnectAttempt, _ makeState: (Socket) -> AnyObject?) -> Socket {
        attempts.removeAll { $0 === attempt }
        left.remove(attempt.definition.namespace.name)
        let namespace = loop.shareToJoin(attempt.definition)
        let socket = Socket(id: SocketID(), namespace: namespace, connection: self, auth: attempt.auth)
        socket.state = makeState(socket)
        if sockets.isEmpty {
            connectDeadline = nil
            session.raiseInboundLimit()
        }
        sockets.append(socket)
        namespace.insert(socket)
        let prefix = attempt.definition.prefix
        session.sendText { buffer in
            buffer.writeInteger(PacketType.connect.rawValue)
            buffer.writeBytes(prefix)
            buffer.writeStaticString(#"{"sid":""#)
            buffer.writeString(socket.id.description)
            buffer.writeStaticString(#""}"#)
        }
        // Even that packet may have been more than the client's queue holds: then it has left again.
        if socket.isConnected { loop.application.connected(socket) }
        return socket
    }

    func refuse(_ attempt: ConnectAttempt, _ refusal: ConnectRefusal) {
        attempts.removeAll { $0 === attempt }
        let prefix = attempt.definition.prefix
        session.sendText { buffer in
            buffer.writeInteger(PacketType.connectError.rawValue)
            buffer.writeBytes(prefix)
            var data: JSONObject = ["code": .string(refusal.code), "decision": .string(refusal.decision)]
            if let seconds = refusal.retryAfter { data["retry"] = .integer(Int64(seconds)) }
            JSONValue.object(["message": .string(refusal.message), "data": .object(data)]).write(to: &buffer)
        }
        countRefusal()
    }

    private func countRefusal() {
        refusals += 1
        if refusals >= loop.limits.refusalsPerConnection { close(ConnectionClosure(.unauthorized)) }
    }

    // MARK: Events and acks

    private func enqueue(_ header: PacketHeader, _ text: ByteBuffer, _ attachments: [ByteBuffer], for socket: Socket) {
        socket.mailbox.append(
            Mailbox.Entry(header: header, text: ByteBuffer(bytes: text.readableBytesView), attachments: attachments))
        if socket.mailbox.count >= loop.limits.queuedEventsPerSocket || queuedBytes >= loop.limits.queuedBytesPerConnection {
            session.pauseReading()
        }
    }

    /// How many rooms its sockets are in, their own not counted.
    var roomCount: Int { sockets.reduce(0) { $0 &+ $1.memberships.count } }

    /// What the mailboxes of all sockets hold.
    private var queuedBytes: Int { sockets.reduce(0) { $0 &+ $1.mailbox.byteCount } }

    private func dispatch(_ header: PacketHeader, _ text: ByteBuffer, _ attachments: [ByteBuffer], to socket: Socket) {
        let event: IncomingEvent
        do {
            event = try loop.decoder.event(header, text, attachments)
        } catch {
            return fail(error)
        }
        if loop.application.received(event, from: socket) == .running { socket.mailbox.isBusy = true }
    }

    /// Lets the socket's events wait, as behind a running handler, until ``handlerFinished(_:)``. To be called before the first of them.
    package func holdEvents(of socket: Socket) { socket.mailbox.isBusy = true }

    /// The handler of the socket's current event has ended; the next event that waits is handed up. Called by the layer above on the
    /// connection's event loop, once for each `.running`.
    package func handlerFinished(_ socket: Socket) {
        socket.mailbox.isBusy = false
        while socket.isConnected, !isClosed, !socket.mailbox.isBusy, let next = socket.mailbox.next() {
            dispatch(next.header, next.text, next.attachments, to: socket)
        }
        resumeReadingIfThereIsRoom()
    }

    private func resumeReadingIfThereIsRoom() {
        guard !isClosed, sockets.allSatisfy({ $0.mailbox.count <= loop.limits.queuedEventsPerSocket / 2 }),
            queuedBytes <= loop.limits.queuedBytesPerConnection / 2
        else { return }
        session.resumeReading()
    }

    private func acknowledge(_ header: PacketHeader, _ text: ByteBuffer, _ attachments: [ByteBuffer], on socket: Socket) {
        // Nothing is made of an array that nobody waits for (SIO-09); what is none is refused as ever.
        if let id = header.ackID, !socket.pendingAcks.contains(id),
            text.getInteger(at: text.readerIndex + header.payload.lowerBound, as: UInt8.self) == UInt8(ascii: "[")
        {
            return loop.counters.unknownAcks &+= 1
        }
        let answer: (id: UInt64, arguments: Result<[JSONValue], JSONError>)
        do {
            answer = try loop.decoder.ack(header, text, attachments)
        } catch {
            return fail(error)
        }
        guard let completion = socket.pendingAcks.take(answer.id) else { return }
        switch answer.arguments {
        case .success(let arguments):
            completion(.success(AckAnswer(arguments: arguments, attachments: attachments)))
        case .failure(let fault):
            completion(.failure(AckError(.refused, fault.message)))
            loop.application.refusedAck(fault, from: socket)
        }
    }

    // MARK: Leaving and closing

    private func leave(_ socket: Socket, reason: DisconnectReason) {
        guard socket.isConnected, !socket.isLeaving else { return }
        // The hook may put out anyone, this socket and its connection too: it is on its way already, and leaves once.
        socket.isLeaving = true
        loop.application.disconnecting(socket, reason: reason)
        socket.isConnected = false
        sockets.removeAll { $0 === socket }
        socket.namespace.remove(socket)
        loop.forgetIfEmpty(socket.namespace)
        socket.unhandledEvents = socket.mailbox.count
        socket.mailbox.removeAll()
        for completion in socket.pendingAcks.takeAll() {
            completion(.failure(AckError(.disconnected, "the client left before it answered")))
        }
        loop.application.disconnected(socket, reason: reason)
        // It may have been this socket's full mailbox that reading stopped for.
        resumeReadingIfThereIsRoom()
        if sockets.isEmpty, !isClosed {
            connectDeadline = loop.now + loop.limits.connectTimeout
            reschedule()
        }
        finishIfEmpty()
    }

    /// The server puts a socket out of its namespace (API-03).
    func serverDisconnect(_ socket: Socket) {
        guard socket.isConnected, !socket.isLeaving, !isClosed else { return }
        sendDisconnect(socket)
        left.insert(socket.name.name, at: loop.now)
        leave(socket, reason: .serverNamespaceDisconnect)
    }

    private func sendDisconnect(_ socket: Socket) {
        session.sendText { buffer in
            buffer.writeInteger(PacketType.disconnect.rawValue)
            buffer.writeBytes(socket.namespace.definition.prefix)
        }
    }

    private func fail(_ error: PacketError) {
        fault = error
        close(ConnectionClosure(.protocolError, reason: .parseError))
    }

    /// Closes the connection: each joined namespace is told why, terminal codes put the client out of each (ERR-05).
    package func close(_ closure: ConnectionClosure) {
        guard !isClosed, self.closure == nil else { return }
        self.closure = closure
        tell(closure)
        // Whatever the reason: the client is to hear what was said to it just now.
        session.close(closure.reason.engineReason, code: closure.code.rawValue, reasonText: closure.code.name, isOrderly: true)
    }

    private func tell(_ closure: ConnectionClosure) {
        for socket in sockets {
            socket.emitSystem(.closed, ClosedNotice(closure))
            if closure.code.isTerminal { sendDisconnect(socket) }
        }
    }

    package func engineClosing(_ reason: EngineCloseReason) {
        guard !isClosed, closure == nil else { return }
        tell(ConnectionClosure(reason == .pingTimeout ? .pingTimeout : .protocolError))
    }

    package func engineClosed(_ reason: EngineCloseReason) {
        guard !isClosed else { return }
        // Its batch, if it ends within one, is not told to be complete: the loop's time must not stand still for those who come after.
        defer { loop.endOfBatch() }
        isClosed = true
        assembly = nil
        for attempt in attempts { attempt.cancel() }
        attempts = []
        let given = closure?.reason ?? DisconnectReason(reason)
        for socket in sockets { leave(socket, reason: given) }
        ended = reason
        finishIfEmpty()
    }

    /// The connection's own end, after the last socket's: it may have been closed by the hook of one that was leaving.
    private func finishIfEmpty() {
        guard let reason = ended, sockets.isEmpty else { return }
        ended = nil
        applicationDeadline = nil
        loop.application.connectionClosed(self, reason: reason, fault: fault)
        loop.forget(self)
    }

    // MARK: Deadlines

    /// Calls `action` on the event loop once `instant` has passed, at most a wheel tick late; `nil` takes an earlier one back.
    package func setApplicationDeadline(_ instant: NIODeadline?, action: @escaping () -> Void = {}) {
        applicationDeadline = instant.map { ($0, action) }
        reschedule()
    }

    /// Asks to be called when the next thing is late.
    func reschedule() {
        if !isClosed { session.applicationDeadline = nextDeadline }
    }

    /// The next instant at which something is late.
    var nextDeadline: NIODeadline? {
        var next = connectDeadline
        func consider(_ other: NIODeadline?) {
            guard let other else { return }
            next = next.map { min($0, other) } ?? other
        }
        consider(assembly?.deadline)
        consider(applicationDeadline?.instant)
        for socket in sockets where socket.pendingAcks.count > 0 { consider(socket.pendingAcks.nextDeadline) }
        return next
    }

    /// Acts on whatever is late at `now`.
    package func engineDeadlineReached(_ now: NIODeadline) {
        guard !isClosed else { return }
        defer { reschedule() }
        for socket in sockets {
            for completion in socket.pendingAcks.takeExpired(at: now) {
                completion(.failure(AckError(.timeout, "the client did not answer in time")))
            }
        }
        if let assembly, assembly.deadline <= now {
            return fail(PacketError(.attachmentsTimedOut, "attachments were not sent in time"))
        }
        if let connectDeadline, connectDeadline <= now { return close(ConnectionClosure(.connectTimeout)) }
        if let due = applicationDeadline, due.instant <= now {
            applicationDeadline = nil
            due.action()
        }
    }
}

@available(*, unavailable)
extension SocketIOConnection: Sendable {}
