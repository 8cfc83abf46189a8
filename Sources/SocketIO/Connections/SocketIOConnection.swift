package import EngineIO
import GatehouseJSON
package import NIOCore

/// One client's connection: the namespaces it is in, the CONNECTs that wait for an answer, and the packet whose attachments are due.
/// Bound to the event loop of its Engine.IO session, and closed exactly once.
///
/// Properties that each message uses are not checked for exclusive access: only the event loop touches them, and no change of one calls out.
package final class SocketIOConnection: EngineSessionDelegate {
    package let session: EngineSession
    package let loop: SocketIOLoop
    /// What the layer above keeps with a connection. Behind an accessor: other modules check stored properties for exclusive access, whatever
    /// these say of themselves.
    package var state: AnyObject? {
        get { kept }
        set { kept = newValue }
    }
    @safe @exclusivity(unchecked) private var kept: AnyObject?
    @safe @exclusivity(unchecked) package private(set) var sockets: [Socket] = []
    @safe @exclusivity(unchecked) package private(set) var isClosed = false

    /// Where it is among its loop's connections.
    var place = 0
    private var attempts: [ConnectAttempt] = []
    @safe @exclusivity(unchecked) private var assembly: BinaryAssembly?
    /// Whether the packet being assembled has no recipient.
    @safe @exclusivity(unchecked) private var isAssemblyDropped = false
    private var left: LeftNamespaces
    private var refusals = 0
    /// The instant by which a namespace must be joined (SIO-04); `nil` while one is.
    private var connectDeadline: NIODeadline?
    /// Set by the layer above, such as the end of a token; ``SocketIOLoop`` calls back when it has passed.
    package private(set) var applicationDeadline: (instant: NIODeadline, action: () -> Void)?
    private var closure: ConnectionClosure?
    /// The reason of the session's end, until the last socket has left.
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
        let packet = IncomingPacket(header: header, text: text)
        if header.attachments > 0 {
            // A packet for a namespace that the server has just left is assembled, and then dropped.
            isAssemblyDropped = joined(packet) == nil
            guard !isAssemblyDropped || wasLeftLately(packet) else { return absent(packet) }
            assembly = BinaryAssembly(
                header: header, text: text, deadline: loop.now + loop.limits.attachmentTimeout,
                isKept: !isAssemblyDropped && header.fault == nil)
            return reschedule()
        }
        receive(packet)
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
        receive(current.packet)
    }

    package func engineReadComplete() { loop.endOfBatch() }

    private func receive(_ packet: IncomingPacket) {
        switch packet.header.type {
        case .event, .binaryEvent:
            guard let socket = joined(packet) else { return absent(packet) }
            if socket.mailbox.isBusy { enqueue(packet, for: socket) } else { dispatch(packet, to: socket) }
        case .ack, .binaryAck:
            guard let socket = joined(packet) else { return absent(packet) }
            acknowledge(packet, on: socket)
        case .connect:
            connect(packet)
        case .disconnect:
            guard packet.header.hasNothing else { return fail(PacketError(.badPayload, "DISCONNECT has no payload")) }
            guard let socket = joined(packet) else { return absent(packet) }
            leave(socket, reason: .clientNamespaceDisconnect)
        case .connectError:
            fail(PacketError(.notFromClient, "CONNECT_ERROR is the server's packet"))
        }
    }

    private func joined(_ packet: IncomingPacket) -> Socket? {
        if packet.header.namespace.isEmpty { return sockets.first { $0.namespace.definition.wireName.isEmpty } }
        let bytes = packet.text.readableBytesUInt8Span
        for socket in sockets where socket.namespace.definition.isNamed(bytes, packet.header.namespace) { return socket }
        return nil
    }

    /// A packet for a namespace that is not joined closes the connection, unless the server left that namespace a moment ago, so that the
    /// packet was in flight (SIO-06, SIO-07).
    private func absent(_ packet: IncomingPacket) {
        guard wasLeftLately(packet) else {
            return fail(PacketError(.notJoined, "a packet came for a namespace that is not joined"))
        }
        loop.counters.droppedAfterLeave &+= 1
    }

    private func wasLeftLately(_ packet: IncomingPacket) -> Bool {
        left.contains(packet.namespaceName, at: loop.now, grace: loop.limits.leftNamespaceGrace)
    }

    // MARK: CONNECT

    private func connect(_ packet: IncomingPacket) {
        guard !packet.header.hasAckID else { return fail(PacketError(.badPayload, "CONNECT has no ack id")) }
        let auth: Result<JSONObject, EventFault>
        do throws(PacketError) {
            auth = try self.auth(packet)
        } catch {
            return fail(error)
        }
        let named = loop.definition(named: packet.text.readableBytesUInt8Span, packet.header.namespace) { packet.namespaceName }
        guard let definition = named else { return refuseUnknown(packet.namespaceName) }
        guard joined(packet) == nil, !attempts.contains(where: { $0.definition.namespace == definition.namespace }) else {
            return fail(PacketError(.alreadyJoined, "a namespace is joined once for each connection"))
        }
        let attempt = ConnectAttempt(connection: self, definition: definition, auth: (try? auth.get()) ?? [:])
        attempts.append(attempt)
        guard sockets.count + attempts.count <= loop.limits.namespacesPerConnection else {
            return loop.application.refusedTooManyNamespaces(attempt)
        }
        switch auth {
        case .success: loop.application.connect(attempt)
        case .failure(let fault): loop.application.refusedPayload(attempt, fault)
        }
    }

    /// The payload of CONNECT: an object, or nothing.
    private func auth(_ packet: IncomingPacket) throws(PacketError) -> Result<JSONObject, EventFault> {
        guard !packet.header.payload.isEmpty else { return .success([:]) }
        do throws(JSONError) {
            if case .object(let object) = try JSONValue(parsing: packet.payload, limits: loop.jsonLimits) { return .success(object) }
        } catch {
            if error.kind != .malformed { return .failure(EventFault(error)) }
        }
        throw PacketError(.badPayload, "the payload of CONNECT is a JSON object, or absent")
    }

    /// The refusal repeats the name as the client wrote it, so that the client finds the CONNECT. A name has no comma.
    private func refuseUnknown(_ name: String) {
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
        let recovery = loop.beginRecovery(attempt)
        let restored = try? recovery?.begin.restored?.get()
        let socket = Socket(id: restored?.session.socket ?? SocketID(), namespace: namespace, connection: self, auth: attempt.auth)
        if let recovery { socket.recovery = SocketRecovery(recovery.begin, owner: recovery.owner, continuing: restored) }
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
            if let pid = socket.recovery?.pid {
                buffer.writeStaticString(#"","pid":""#)
                buffer.writeString(pid.description)
            }
            buffer.writeStaticString(#""}"#)
        }
        if let restored { resume(socket, restored, attempt) }
        // That packet may have overflowed the client's queue: then the socket has left again.
        guard socket.isConnected else { return socket }
        loop.save(socket, isNew: true)
        loop.application.connected(socket)
        return socket
    }

    /// Until the client has what it missed, newer events wait.
    private func resume(_ socket: Socket, _ restored: RecoverySpace.Restored, _ attempt: ConnectAttempt) {
        let namespace = socket.namespace
        let isOuter = !namespace.isDelivering
        namespace.isDelivering = true
        attempt.recovered = .success(loop.recover(socket, restored))
        socket.recovery?.isReplayed = socket.isConnected
        guard isOuter else { return }
        namespace.isDelivering = false
        loop.deliverPending(of: namespace.definition)
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
        guard refusal.isClientsDoing else { return }
        countRefusal(closing: refusal.isTooOften ? .rateLimited : .unauthorized)
    }

    private func countRefusal(closing code: CloseCode = .unauthorized) {
        refusals += 1
        guard refusals >= loop.limits.refusalsPerConnection else { return }
        close(ConnectionClosure(code, retryAfter: code == .rateLimited ? Self.pauseAfterRefusals : nil))
    }

    /// Seconds that a client which joined too often has to wait.
    private static let pauseAfterRefusals = 10

    // MARK: Events and acks

    private func enqueue(_ packet: IncomingPacket, for socket: Socket) {
        socket.mailbox.append(packet)
        if socket.mailbox.count >= loop.limits.queuedEventsPerSocket || queuedBytes >= loop.limits.queuedBytesPerConnection {
            session.pauseReading()
        }
    }

    /// How many rooms its sockets are in, their own not counted.
    var roomCount: Int { sockets.reduce(0) { $0 &+ $1.memberships.count } }

    /// What the mailboxes of all sockets hold.
    private var queuedBytes: Int { sockets.reduce(0) { $0 &+ $1.mailbox.byteCount } }

    private func dispatch(_ packet: IncomingPacket, to socket: Socket) {
        handUp(packet, to: socket)
        // The event has gone, so that the decoder has the only reference to its text and to the tape of its values.
        loop.decoder.clear()
    }

    private func handUp(_ packet: IncomingPacket, to socket: Socket) {
        let event: IncomingEvent
        do {
            event = try loop.decoder.event(packet.header, packet.text, packet.attachments, droppedBytes: packet.droppedBytes)
        } catch {
            return fail(error)
        }
        if loop.application.received(event, from: socket) == .running { socket.mailbox.isBusy = true }
    }

    /// Queues the socket's events, as behind a running handler, until ``handlerFinished(_:)``. Call it before the first event.
    package func holdEvents(of socket: Socket) { socket.mailbox.isBusy = true }

    /// The handler of the socket's current event has ended; the next event that waits is handed up. Called by the layer above on the
    /// connection's event loop, once for each `.running`.
    package func handlerFinished(_ socket: Socket) {
        socket.mailbox.isBusy = false
        while socket.isConnected, !isClosed, !socket.mailbox.isBusy, let next = socket.mailbox.next() {
            dispatch(next, to: socket)
        }
        resumeReadingIfThereIsRoom()
    }

    private func resumeReadingIfThereIsRoom() {
        guard !isClosed, sockets.allSatisfy({ $0.mailbox.count <= loop.limits.queuedEventsPerSocket / 2 }),
            queuedBytes <= loop.limits.queuedBytesPerConnection / 2
        else { return }
        session.resumeReading()
    }

    private func acknowledge(_ packet: IncomingPacket, on socket: Socket) {
        // An array that nobody waits for is ignored (SIO-09); anything else is refused.
        let isAwaited = packet.header.ackID.map(socket.pendingAcks.contains) ?? false
        let opening = packet.payload
        if !isAwaited, opening.getInteger(at: opening.readerIndex, as: UInt8.self) == UInt8(ascii: "[") {
            return loop.counters.unknownAcks &+= 1
        }
        let arguments: Result<[JSONValue], EventFault>
        do {
            arguments = try loop.decoder.ack(packet.header, packet.text, packet.attachments)
        } catch {
            return fail(error)
        }
        guard let completion = packet.header.ackID.flatMap({ socket.pendingAcks.take($0) }) else {
            return loop.counters.unknownAcks &+= 1
        }
        switch arguments {
        case .success(let arguments):
            completion(.success(AckAnswer(arguments: arguments, attachments: packet.attachments)))
        case .failure(let fault):
            completion(.failure(AckError(.refused, fault.message)))
            loop.application.refusedAck(fault, from: socket)
        }
    }

    // MARK: Leaving and closing

    private func leave(_ socket: Socket, reason: DisconnectReason) {
        guard socket.isConnected, !socket.isLeaving else { return }
        // The hook may remove any socket, this one too: it is leaving already, and leaves once.
        socket.isLeaving = true
        loop.application.disconnecting(socket, reason: reason)
        loop.endRecovery(socket, isRecoverable: reason.isRecoverable && closure?.code.isRecoverable != false)
        socket.endPresence()
        sockets.removeAll { $0 === socket }
        socket.namespace.remove(socket)
        loop.forgetIfEmpty(socket.namespace)
        socket.unhandledEvents = socket.mailbox.count
        socket.mailbox.removeAll()
        for completion in socket.pendingAcks.takeAll() {
            completion(.failure(AckError(.disconnected, "the client left before it answered")))
        }
        loop.application.disconnected(socket, reason: reason)
        // Reading may have stopped for this socket's full mailbox.
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
        // In any case the client gets what was sent to it just now.
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
        // If the connection ends within a batch, the end of the batch is not reported; the loop's time must advance for later connections.
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

    /// The end of the connection, after its last socket. The hook of a leaving socket may have closed it already.
    private func finishIfEmpty() {
        guard let reason = ended, sockets.isEmpty else { return }
        ended = nil
        applicationDeadline = nil
        loop.application.connectionClosed(self, reason: reason, fault: fault)
        loop.forget(self)
    }

    // MARK: Deadlines

    /// Calls `action` on the event loop once `instant` has passed, at most a wheel tick late; `nil` cancels an earlier one.
    package func setApplicationDeadline(_ instant: NIODeadline?, action: @escaping () -> Void = {}) {
        applicationDeadline = instant.map { ($0, action) }
        reschedule()
    }

    /// Schedules the next deadline.
    func reschedule() {
        if !isClosed { session.applicationDeadline = nextDeadline }
    }

    /// The next deadline.
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

    /// What could not be read has not come too late.
    private func postponeInput(_ now: NIODeadline) {
        connectDeadline = connectDeadline.map { max($0, now + loop.limits.connectTimeout) }
        assembly?.postpone(to: now + loop.limits.attachmentTimeout)
    }

    /// Handles every deadline that has passed at `now`.
    package func engineDeadlineReached(_ now: NIODeadline) {
        guard !isClosed else { return }
        defer { reschedule() }
        if loop.engine.mayHoldInput(now) { postponeInput(now) }
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
