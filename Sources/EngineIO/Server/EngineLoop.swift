package import GatehouseLiveObjects
import GatehouseNetwork
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
    /// Reads or pauses, as its own state and the loop allow.
    func applyReading()
    /// Ends it in order.
    func shutDown()
    /// Ends it now.
    func abort()
    /// Bytes held for its client: incomplete input and unsent output.
    var heldBytes: Int { get }
    /// Whether its client waits for an answer.
    var isBeingAnswered: Bool { get }
}

/// Everything the connections of one event loop share. Bound to that loop: nothing here is locked.
///
/// It owns its connections and sessions from `add` to `remove`, and the layers above until `end`. All of them refer to it.
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
    /// Counts what there is on this loop.
    package let live: LiveObjects
    /// Where WebSocket payloads are unmasked.
    @safe @exclusivity(unchecked) var scratch = ByteBuffer()

    /// By the canonical path of their endpoints.
    package private(set) var applications: [String: any EngineApplication] = [:]
    private(set) var sessions: [SessionID: EngineSession] = [:]
    private(set) var isShuttingDown = false
    /// Reading is paused for all connections, for want of room for the results.
    package private(set) var isReadingHeld = false
    private let readingRound: ReadingRound
    /// When reading was last taken up again.
    private var readingResumed: NIODeadline?
    private var connections: [ObjectIdentifier: any LoopConnection] = [:]
    /// The connections in the order of arrival, if the oldest makes way.
    private var arrivals: [ObjectIdentifier] = []
    private var wheel: DeadlineWheel<any DeadlineTarget>
    private let granularity: TimeAmount
    private var isTimerArmed = false
    /// The lateness of the timer.
    package private(set) var lag = LoopLag()
    /// Requests for sessions that are not here: they have ended, or are of another node.
    package private(set) var unknownSessions: UInt64 = 0
    /// Whether there is more due work than fits into one turn; it goes on in the next.
    private var isCatchingUp = false
    /// Sessions that time out in one turn. Thousands may do so together, as when a network fails; other clients' messages are served in
    /// between (REL-22).
    private static let dueInOneTurn = 256
    private var dirty: [any FlushTarget] = []
    private var flushing: [any FlushTarget] = []
    private var isFlushScheduled = false
    private var drained: EventLoopPromise<Void>?
    /// Answers that are being gathered; the loop must outlive them.
    private var gathering = 0

    init(
        eventLoop: any EventLoop,
        index: UInt16,
        configuration: EngineConfiguration,
        ledger: ConnectionLedger,
        tls: EngineTLS?,
        relocation: ConnectionRelocation?,
        live: LiveObjects,
        application: (@Sendable (EngineLoop) -> any EngineApplication)?
    ) {
        self.eventLoop = eventLoop
        self.index = index
        self.configuration = configuration
        self.ledger = ledger
        self.tls = tls
        self.relocation = relocation
        self.live = live
        readingRound = ReadingRound(on: eventLoop)
        tlsResources = TLSLoopResources(eventLoop: eventLoop, live: live)
        // Fine enough for the shortest deadline in use, and coarse enough to be cheap if all are long.
        let shortest = min(configuration.pingInterval, configuration.pingTimeout, configuration.timeouts.close)
        granularity = max(.milliseconds(5), min(.milliseconds(250), .nanoseconds(shortest.nanoseconds / 32)))
        wheel = DeadlineWheel(granularity: granularity, now: configuration.clock.now())
        if let application { applications[EnginePath.canonical(configuration.path)] = application(self) }
        for case (let path, .engine(let make)) in configuration.routes { applications[EnginePath.canonical(path)] = make(self) }
    }

    /// The application whose endpoint a request's path names.
    func application(at path: Substring) -> (any EngineApplication)? { applications[EnginePath.canonical(path)] }

    deinit { live.add(-wheel.count, .timers) }

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
    /// Bytes held for all clients together: incomplete handshakes, messages and requests, and unsent answers (SEC-A).
    package var heldBytes: Int {
        var sum = 0
        for connection in connections.values { sum &+= connection.heldBytes }
        for session in sessions.values { sum &+= session.heldBytes }
        return sum
    }
    /// The most bytes held for one client: a connection, or a session with its WebSocket.
    package var largestHolding: Int {
        let connection = connections.values.lazy.map(\.heldBytes).max() ?? 0
        let session = sessions.values.lazy.map { $0.heldBytes &+ ($0.socket?.heldBytes ?? 0) }.max() ?? 0
        return max(connection, session)
    }
    /// All connections of this loop.
    package var connectionCount: Int { connections.count }
    /// Entries in the deadline wheel.
    package var deadlineCount: Int { wheel.count }

    // MARK: Deadlines

    /// Puts a target into the wheel. Its handle is void once it has fired.
    package func schedule(_ target: any DeadlineTarget, at deadline: NIODeadline) -> DeadlineWheel<any DeadlineTarget>.Handle {
        let handle = wheel.insert(target, at: deadline)
        live.add(.timers)
        armTimer()
        return handle
    }

    package func reschedule(_ handle: DeadlineWheel<any DeadlineTarget>.Handle, at deadline: NIODeadline) {
        wheel.move(handle, to: deadline)
    }

    package func cancel(_ handle: DeadlineWheel<any DeadlineTarget>.Handle) {
        let before = wheel.count
        wheel.remove(handle)
        live.add(wheel.count - before, .timers)
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

    /// Fires due entries. The timer calls this, and so may tests with their own clock.
    package func tick() {
        let now = now
        if isReadingHeld { releaseReading(now) }
        let due = wheel.advance(to: now, atMost: Self.dueInOneTurn)
        if !due.isEmpty { live.add(-due.count, .timers) }
        for target in due { target.deadlineReached(now) }
        guard wheel.isBehind(now), !isCatchingUp else { return }
        isCatchingUp = true
        eventLoop.resumeAfterReading {
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

    /// Call it at the end of every read of a connection.
    func readCompleted(_ connection: any LoopConnection) {
        // The round that holds reading may not have reached this connection.
        guard !isReadingHeld else { return connection.applyReading() }
        guard let mayRead = configuration.mayRead, !mayRead() else { return }
        isReadingHeld = true
        readingRound.start(Array(connections.values))
    }

    private func releaseReading(_ now: NIODeadline) {
        // Unread input cannot have come too late.
        for session in sessions.values { session.heartbeat.postpone(to: now + configuration.pingTimeout) }
        guard configuration.mayRead?() ?? true else { return }
        isReadingHeld = false
        readingResumed = now
        readingRound.start(Array(connections.values))
    }

    /// Whether a client's input may lie unread in the kernel, because reading is held or was until a moment ago. Such input is not late:
    /// deadlines for it begin again.
    package func mayHoldInput(_ now: NIODeadline) -> Bool {
        if isReadingHeld || readingRound.isInProgress { return true }
        guard let readingResumed else { return false }
        return now < readingResumed + .seconds(1)
    }

    // MARK: Sessions and connections

    /// How a channel of this loop reads.
    func receiveAllocator(_ size: ReceiveBuffers.Size, isFirst: Bool) -> LoopReceiveAllocator {
        LoopReceiveAllocator(NIOLoopBound(receiveBuffers, eventLoop: eventLoop), size, isFirst: isFirst)
    }

    /// The scratch buffer, for one decoder at a time. A nested decoder gets a buffer of its own.
    func takeScratch() -> ByteBuffer {
        var taken = ByteBuffer()
        swap(&taken, &scratch)
        return taken
    }

    /// The session of a request, if the request may use it: same path, Origin and client certificate as at the handshake (SEC-02).
    func session(_ sid: SessionID, for request: EngineRequest) throws(EngineRefusal) -> EngineSession {
        guard let session = sessions[sid], session.belongs(to: request.path) else {
            unknownSessions &+= 1
            throw .unknownSession
        }
        guard session.request.source.isContinued(by: request.source) else { throw session.refuseStranger(request, .origin) }
        // A client with another certificate may not use the session, even if it has learnt the sid.
        guard session.request.certificate?.fingerprint == request.certificate?.fingerprint else {
            throw session.refuseStranger(request, .certificate)
        }
        return session
    }

    /// A request was lost with its connection while it moved here from another loop. Its session ends, as with a request that is lost here
    /// (EIO-08).
    func requestLost(_ request: EngineRequest) {
        guard let application = application(at: request.path), application.admit(request) == nil else { return }
        do throws(EngineRefusal) {
            let query = request.query
            let transport = try RequestGate.transport(query, allowed: configuration.transports)
            switch try RequestGate.classify(request.head, query, transport, RequestGate.sessionID(query)) {
            case .poll(let sid), .post(let sid): try session(sid, for: request).requestLost()
            case .handshake, .upgrade, .misfit: break
            }
        } catch {
            // The request would have been refused, so no session is concerned, and nobody is left to answer.
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
        makeRoom(for: connection)
    }

    /// See `EngineConfiguration.oldestGivesWay`.
    private func makeRoom(for newcomer: any LoopConnection) {
        guard let limit = configuration.oldestGivesWay else { return }
        let others = arrivals
        arrivals.append(ObjectIdentifier(newcomer))
        guard connections.count > limit else { return }
        let oldest = others.first { connections[$0]?.isBeingAnswered == false } ?? others.first
        oldest.flatMap { connections[$0] }?.abort()
    }

    func remove(_ connection: any LoopConnection) {
        connections[ObjectIdentifier(connection)] = nil
        if configuration.oldestGivesWay != nil { arrivals.removeAll { $0 == ObjectIdentifier(connection) } }
        finishIfDrained()
    }

    /// Tells the layers above that a client broke a protocol.
    /// - Parameter address: nil if the client is unknown, as with an unreadable head that came through a trusted proxy.
    func noteMalformed(from address: ClientAddress?) {
        guard let address else { return }
        for application in applications.values { application.malformed(from: address) }
    }

    /// Whether the layers above let a newly accepted client in.
    func letsIn(_ client: ClientAddress) -> Bool { applications.values.allSatisfy { $0.letsIn(client) } }

    /// Tells the layers above that a client was turned away.
    func noteTurnedAway(_ cause: TurnedAway, from address: ClientAddress) {
        for application in applications.values { application.turnedAway(cause, from: address) }
    }

    /// Tells the layers above that a trusted proxy wrote an unreadable hop.
    func noteUnreadableHop(_ hop: String) {
        for application in applications.values { application.unreadableHop(hop) }
    }

    // MARK: Shutdown

    /// Refuses new sessions from now on.
    func beginShutdown() { isShuttingDown = true }

    /// Whether connections are closed. Until then a polling client can fetch its last packets over the connection it has.
    var isDraining: Bool { drained != nil }

    /// Closes up to `count` sessions.
    /// - Returns: whether sessions are left: open ones, and closed ones whose polling client has yet to fetch its last packets.
    func closeSessions(_ count: Int, code: UInt16, reasonText: String) -> Bool {
        for session in sessions.values.lazy.filter(\.isOpen).prefix(count) {
            session.close(.serverShuttingDown, code: code, reasonText: reasonText)
        }
        return !sessions.isEmpty
    }

    /// Closes connections without a session, and succeeds when none is left.
    func drain(_ promise: EventLoopPromise<Void>) {
        drained = promise
        for connection in Array(connections.values) { connection.shutDown() }
        finishIfDrained()
    }

    /// Closes all remaining connections at once.
    func cutConnections() {
        for connection in Array(connections.values) { connection.abort() }
        for session in Array(sessions.values) { session.cut() }
    }

    /// The server has stopped: releases the layers above, which refer to this loop, and the targets of all deadlines.
    func end() {
        for application in applications.values { application.loopEnded() }
        applications = [:]
        live.add(-wheel.count, .timers)
        wheel.removeAll()
        relocation?.end()
    }

    /// An answer is being made off the loop and will be delivered here.
    func gatheringBegan() {
        gathering += 1
        live.add(.tasks)
    }

    func gatheringEnded() {
        gathering -= 1
        live.add(-1, .tasks)
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
