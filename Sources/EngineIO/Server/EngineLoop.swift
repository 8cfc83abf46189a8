import GatehouseTLS
package import NIOCore

/// Something with one deadline in the loop's wheel.
package protocol DeadlineTarget: AnyObject {
    func deadlineReached(_ now: NIODeadline)
}

/// Something that was written to outside its own read and must be flushed before the loop sleeps.
protocol FlushTarget: AnyObject {
    var isMarkedForFlush: Bool { get set }
    func flushMarked()
}

/// A connection the loop ends at shutdown.
protocol LoopConnection: AnyObject {
    /// Reads, or not, as it wants and as the loop allows.
    func applyReading()
    /// Ends it in order.
    func shutDown()
    /// Ends it now.
    func abort()
    /// Bytes it holds of what its client sent and has not finished, and of what it owes its client.
    var heldBytes: Int { get }
}

/// Everything the connections of one event loop share. Bound to that loop: nothing here is locked.
package final class EngineLoop {
    package let eventLoop: any EventLoop
    package let configuration: EngineConfiguration
    /// Which loop of the server this is; part of every sid it issues.
    let index: UInt16
    let ledger: ConnectionLedger
    /// Nil: connections are plain.
    let tls: EngineTLS?
    /// How a connection gets to another loop; nil when there is only one.
    let relocation: ConnectionRelocation?
    let receiveBuffers = ReceiveBuffers()
    let outboundBuffers = OutboundBuffers()
    let tlsResources: TLSLoopResources
    /// Where WebSocket payloads are unmasked.
    var scratch = ByteBuffer()

    package private(set) var applications: [String: any EngineApplication] = [:]
    private(set) var sessions: [SessionID: EngineSession] = [:]
    private(set) var isShuttingDown = false
    /// Nobody is read from, for want of room for what would come of it.
    package private(set) var isReadingHeld = false
    private var connections: [ObjectIdentifier: any LoopConnection] = [:]
    private var wheel: DeadlineWheel<any DeadlineTarget>
    private let granularity: TimeAmount
    private var isTimerArmed = false
    /// How late the timer was, each time.
    package private(set) var lag = LoopLag()
    /// Whether what is due is more than fits into one turn, and goes on in the next.
    private var isCatchingUp = false
    /// Thousands of sessions may time out together, as when a network fails: messages of the others come in between (REL-22).
    private static let dueInOneTurn = 256
    private var dirty: [any FlushTarget] = []
    private var flushing: [any FlushTarget] = []
    private var isFlushScheduled = false
    private var drained: EventLoopPromise<Void>?
    /// Answers that are being gathered; the loop must be there for them.
    private var gathering = 0

    init(
        eventLoop: any EventLoop,
        index: UInt16,
        configuration: EngineConfiguration,
        ledger: ConnectionLedger,
        tls: EngineTLS?,
        relocation: ConnectionRelocation?,
        application: (@Sendable (EngineLoop) -> any EngineApplication)?
    ) {
        self.eventLoop = eventLoop
        self.index = index
        self.configuration = configuration
        self.ledger = ledger
        self.tls = tls
        self.relocation = relocation
        tlsResources = TLSLoopResources(eventLoop: eventLoop)
        // Fine enough for the shortest deadline in use, coarse enough to cost nothing when all are long.
        let shortest = min(configuration.pingInterval, configuration.pingTimeout, configuration.timeouts.close)
        granularity = max(.milliseconds(5), min(.milliseconds(250), .nanoseconds(shortest.nanoseconds / 32)))
        wheel = DeadlineWheel(granularity: granularity, now: configuration.clock.now())
        if let application { applications[configuration.path] = application(self) }
        for case (let path, .engine(let make)) in configuration.routes { applications[path] = make(self) }
    }

    package var now: NIODeadline { configuration.clock.now() }

    /// Sessions open on this loop.
    package var sessionCount: Int { sessions.count }
    /// Polling requests that wait for a packet.
    package var parkedPolls: Int { sessions.values.count { $0.polling?.parked != nil } }
    /// WebSockets that try to take over from polling.
    package var probes: Int { sessions.values.count { $0.polling?.probe != nil } }
    /// Every session that is open.
    package var openSessions: [EngineSession] { sessions.values.filter(\.isOpen) }
    /// Connections in the middle of a request.
    package var halfReadRequests: Int { connections.values.count { ($0 as? HTTPConnectionHandler)?.isInsideRequest ?? false } }
    /// Bytes held for clients: handshakes, messages and requests that are not complete, answers not taken, all connections and sessions
    /// together (SEC-A).
    package var heldBytes: Int {
        var sum = 0
        for connection in connections.values { sum &+= connection.heldBytes }
        for session in sessions.values { sum &+= session.heldBytes }
        return sum
    }
    /// The most of these that one client is the reason for: a connection, or a session with its WebSocket.
    package var largestHolding: Int {
        let connection = connections.values.lazy.map(\.heldBytes).max() ?? 0
        let session = sessions.values.lazy.map { $0.heldBytes &+ ($0.socket?.heldBytes ?? 0) }.max() ?? 0
        return max(connection, session)
    }
    /// Connections of this loop, whatever they carry.
    package var connectionCount: Int { connections.count }
    /// Entries in the deadline wheel.
    package var deadlineCount: Int { wheel.count }

    // MARK: Deadlines

    /// Puts a target into the wheel. Its handle is void once it has fired.
    package func schedule(_ target: any DeadlineTarget, at deadline: NIODeadline) -> DeadlineWheel<any DeadlineTarget>.Handle {
        let handle = wheel.insert(target, at: deadline)
        armTimer()
        return handle
    }

    package func reschedule(_ handle: DeadlineWheel<any DeadlineTarget>.Handle, at deadline: NIODeadline) {
        wheel.move(handle, to: deadline)
    }

    package func cancel(_ handle: DeadlineWheel<any DeadlineTarget>.Handle) {
        wheel.remove(handle)
    }

    private func armTimer() {
        guard !isTimerArmed, wheel.count > 0, !configuration.clock.isManual else { return }
        isTimerArmed = true
        let due = NIODeadline.now() + granularity
        eventLoop.assumeIsolated().scheduleTask(deadline: due) {
            self.isTimerArmed = false
            self.lag.note(.now() - due)
            self.tick()
            self.armTimer()
        }
    }

    /// Fires what is due. The timer calls this; tests with a clock of their own may too.
    package func tick() {
        let now = now
        if isReadingHeld { releaseReading(now) }
        for target in wheel.advance(to: now, atMost: Self.dueInOneTurn) { target.deadlineReached(now) }
        guard wheel.isBehind(now), !isCatchingUp else { return }
        isCatchingUp = true
        eventLoop.assumeIsolated().execute {
            self.isCatchingUp = false
            self.tick()
        }
    }

    // MARK: Flushing

    /// Notes that a target has unflushed bytes: all such targets are flushed together, once, at the end of this turn of the loop.
    func markForFlush(_ target: any FlushTarget) {
        guard !target.isMarkedForFlush else { return }
        target.isMarkedForFlush = true
        dirty.append(target)
        guard !isFlushScheduled else { return }
        isFlushScheduled = true
        eventLoop.assumeIsolated().execute { self.flushDirty() }
    }

    private func flushDirty() {
        isFlushScheduled = false
        swap(&dirty, &flushing)
        for target in flushing where target.isMarkedForFlush {
            target.isMarkedForFlush = false
            target.flushMarked()
        }
        flushing.removeAll(keepingCapacity: true)
    }

    // MARK: Reading

    /// To be called at the end of every read of a connection.
    func readCompleted() {
        guard !isReadingHeld, let mayRead = configuration.mayRead, !mayRead() else { return }
        isReadingHeld = true
        for connection in connections.values { connection.applyReading() }
    }

    private func releaseReading(_ now: NIODeadline) {
        // What nobody read cannot have come too late.
        for session in sessions.values { session.heartbeat.postpone(to: now + configuration.pingTimeout) }
        guard configuration.mayRead?() ?? true else { return }
        isReadingHeld = false
        for connection in connections.values { connection.applyReading() }
    }

    // MARK: Sessions and connections

    /// How a channel of this loop reads.
    func receiveAllocator(_ size: ReceiveBuffers.Size, isFirst: Bool) -> LoopReceiveAllocator {
        LoopReceiveAllocator(NIOLoopBound(receiveBuffers, eventLoop: eventLoop), size, isFirst: isFirst)
    }

    /// The scratch buffer, for one decoder at a time: another that runs meanwhile gets one of its own.
    func takeScratch() -> ByteBuffer {
        var taken = ByteBuffer()
        swap(&taken, &scratch)
        return taken
    }

    /// The session of a request, if it may speak for it: same path, Origin and client certificate as at the handshake (SEC-02).
    func session(_ sid: SessionID, for request: EngineRequest) throws(EngineRefusal) -> EngineSession {
        guard let session = sessions[sid], session.belongs(to: request.path) else { throw .unknownSession }
        // A client that is no browser may send an Origin with its upgrade only; what a page opened stays with its Origin.
        let before = session.request.origins
        guard before.isEmpty || before == request.origins else { throw .forbidden }
        // Nor does it go over to a client with another certificate, whoever has learnt the sid.
        guard session.request.certificate?.fingerprint == request.certificate?.fingerprint else { throw .forbidden }
        return session
    }

    /// A request was lost with its connection, on its way here from another loop: its session ends as with one that was lost here (EIO-08).
    func requestLost(_ request: EngineRequest) {
        guard let application = applications[String(request.path)], application.admit(request) == nil else { return }
        do throws(EngineRefusal) {
            let query = request.query
            let transport = try RequestGate.transport(query, allowed: configuration.transports)
            switch try RequestGate.classify(request.head, query, transport, RequestGate.sessionID(query)) {
            case .poll(let sid), .post(let sid): try session(sid, for: request).requestLost()
            case .handshake, .upgrade, .misfit: break
            }
        } catch {
            // It would have been refused, which concerns no session, and there is nobody left to be told.
        }
    }

    func add(_ session: EngineSession) { sessions[session.sid] = session }

    func remove(_ session: EngineSession) {
        sessions[session.sid] = nil
        finishIfDrained()
    }

    func add(_ connection: any LoopConnection) {
        connections[ObjectIdentifier(connection)] = connection
        if isReadingHeld { connection.applyReading() }
    }

    func remove(_ connection: any LoopConnection) {
        connections[ObjectIdentifier(connection)] = nil
        finishIfDrained()
    }

    /// Tells the layers above that a client broke a protocol.
    /// - Parameter address: nil where nobody knows whose fault it was, as in a head that cannot be read and came over a trusted proxy.
    func noteMalformed(from address: String?) {
        guard let address else { return }
        for application in applications.values { application.malformed(from: address) }
    }

    /// Tells the layers above that somebody was turned away.
    func noteTurnedAway(_ cause: TurnedAway, from address: String?) {
        for application in applications.values { application.turnedAway(cause, from: address) }
    }

    // MARK: Shutdown

    /// Refuses new sessions from now on.
    func beginShutdown() { isShuttingDown = true }

    /// Whether connections are let go. Before that a polling client must find on the one that it has what it is to be told.
    var isDraining: Bool { drained != nil }

    /// Closes up to `count` sessions; false when none is left.
    func closeSessions(_ count: Int, code: UInt16, reasonText: String) -> Bool {
        for session in sessions.values.lazy.filter(\.isOpen).prefix(count) {
            session.close(.serverShuttingDown, code: code, reasonText: reasonText)
        }
        return sessions.values.contains { $0.isOpen }
    }

    /// Ends what carries no session, and succeeds when nothing is left.
    func drain(_ promise: EventLoopPromise<Void>) {
        drained = promise
        for connection in Array(connections.values) { connection.shutDown() }
        finishIfDrained()
    }

    /// Ends whatever is left, without ceremony.
    func cutConnections() {
        for connection in Array(connections.values) { connection.abort() }
    }

    /// Somebody off the loop makes an answer, and will bring it here.
    func gatheringBegan() { gathering += 1 }

    func gatheringEnded() {
        gathering -= 1
        finishIfDrained()
    }

    private func finishIfDrained() {
        guard connections.isEmpty, sessions.isEmpty, gathering == 0, let promise = drained else { return }
        drained = nil
        promise.succeed()
    }
}

@available(*, unavailable)
extension EngineLoop: Sendable {}
