import GatehouseJSON
import GatehouseLiveObjects
package import NIOCore

/// One Engine.IO session, from handshake to close, across the upgrade from polling to WebSocket. Bound to its event loop.
///
/// Properties that each message uses are not checked for exclusive access: only the event loop touches them, and no change of one calls out.
package final class EngineSession {
    enum State {
        case open
        /// Closed by us while a polling client had no waiting request: its next request gets the rest.
        case draining
        case closed
    }

    package let loop: EngineLoop
    /// The handshake, without the cookies that came with it.
    package let request: EngineRequest
    let sid: SessionID
    private let application: any EngineApplication
    private let mark: LiveMark
    @safe @exclusivity(unchecked) var delegate: (any EngineSessionDelegate)?
    @safe @exclusivity(unchecked) var state = State.open
    var closeReason: EngineCloseReason?
    @safe @exclusivity(unchecked) var heartbeat: Heartbeat
    /// The one entry in the loop's wheel, for the next deadline.
    private var deadline: DeadlineWheel<any DeadlineTarget>.Handle?
    /// When to call the layer above, without an entry of its own in the wheel (SEC-A); nil: never.
    package var applicationDeadline: NIODeadline? {
        didSet { if applicationDeadline != oldValue, state == .open { arm() } }
    }
    /// The transport, once it is WebSocket.
    @safe @exclusivity(unchecked) var socket: WebSocketHandler?
    /// The transport while it is polling.
    @safe @exclusivity(unchecked) var polling: PollingTransport?
    @safe @exclusivity(unchecked) var isPaused = false
    private(set) var isAuthenticated = false
    /// Its own place among the unauthenticated: a polling session has no connection of its own.
    private var place: UnauthenticatedShare.Place?
    var isMarkedForFlush = false
    /// Called once, when the client can take more or the session ends.
    var awaitingRoom: [() -> Void] = []

    init(
        loop: EngineLoop, sid: SessionID, request: EngineRequest, application: any EngineApplication, polling: Bool,
        place: UnauthenticatedShare.Place?
    ) {
        self.loop = loop
        self.sid = sid
        self.request = request.keptForSession
        self.application = application
        mark = LiveMark(loop.live, .sessions)
        self.polling = polling ? PollingTransport() : nil
        self.place = place
        heartbeat = Heartbeat(
            interval: loop.configuration.pingInterval,
            timeout: loop.configuration.pingTimeout,
            openedAt: loop.now
        )
    }

    /// The Engine.IO session id: a bearer secret, not for logs.
    package var id: String { sid.description }
    package var transport: EngineTransportName { socket == nil ? .polling : .websocket }
    package var isOpen: Bool { state == .open }
    /// Largest message the client may send now, bytes.
    package var inboundLimit: Int {
        isAuthenticated ? loop.configuration.maxPayload : min(loop.configuration.unauthenticatedMessage, loop.configuration.maxPayload)
    }

    /// Bytes that may be queued for a WebSocket client now.
    var outboundLimit: Int {
        let limit = loop.configuration.outboundQueue
        return isAuthenticated ? limit : min(loop.configuration.unauthenticatedOutbound, limit)
    }

    /// Bytes held for the client, without those of its connections (SEC-A).
    var heldBytes: Int {
        request.head.heldBytes &+ (polling?.queue.heldBytes ?? 0) &+ (polling?.payload?.heldBytes ?? 0)
    }

    /// Whether the client owes something: the pong to a ping or, while it is polling, the next poll.
    package var owesAnswer: Bool { heartbeat.isAwaitingPong || (socket == nil && polling?.parked == nil) }

    /// Whether an upgrade is going on.
    var isUpgrading: Bool { polling?.upgrade.deadline != nil }

    /// Tells the layer above of somebody else's request for this session.
    func refuseStranger(_ request: EngineRequest, _ difference: SessionDifference) -> EngineRefusal {
        application.strangerRefused(request, difference, session: delegate)
        return .forbidden
    }

    /// Whether a path names the endpoint that the session was opened at.
    func belongs(to path: Substring) -> Bool { EnginePath.canonical(request.path) == EnginePath.canonical(path) }

    /// Makes the session known, sends the open packet and tells the application.
    func open() {
        loop.add(self)
        arm()
        let configuration = loop.configuration
        let mayUpgrade = socket == nil && configuration.allowUpgrades && configuration.transports.contains(.websocket)
        let text = """
            0{"sid":"\(id)","upgrades":[\(mayUpgrade ? "\"websocket\"" : "")],\
            "pingInterval":\(configuration.pingInterval.nanoseconds / 1_000_000),\
            "pingTimeout":\(configuration.pingTimeout.nanoseconds / 1_000_000),"maxPayload":\(configuration.maxPayload)}
            """
        sendPacket { $0.writeString(text) }
        let delegate = application.sessionOpened(self)
        // That call may have closed it before there was a delegate.
        if let closeReason { delegate.engineClosed(closeReason) } else { self.delegate = delegate }
    }

    /// Lets the client send messages up to `maxPayload`, and takes the session out of the unauthenticated share.
    package func raiseInboundLimit() {
        guard !isAuthenticated, state == .open else { return }
        isAuthenticated = true
        if let socket {
            socket.messageLimit = inboundLimit
            socket.outboundLimit = outboundLimit
            socket.slot?.authenticate()
        }
        leaveUnauthenticatedShare()
        if let polling {
            polling.parked?.slot?.authenticate()
            polling.posting?.slot?.authenticate()
            polling.probe?.slot?.authenticate()
        }
    }

    /// The session's own entry goes: it is authenticated, or its connection is counted instead.
    func leaveUnauthenticatedShare() {
        guard let place else { return }
        self.place = nil
        loop.ledger.authenticated(place)
    }

    // MARK: Deadlines

    /// Whether a pong that is due may have come and not been read: this server does not read now, or it is on the WebSocket that still probes.
    var isDeaf: Bool { (isPaused || isUpgrading) && heartbeat.isAwaitingPong }

    /// Puts the nearest deadline into the wheel.
    func arm() {
        var next = isDeaf ? NIODeadline.distantFuture : heartbeat.deadline
        if let other = polling?.upgrade.deadline { next = min(next, other) }
        if let other = applicationDeadline { next = min(next, other) }
        arm(at: next)
    }

    private func arm(at next: NIODeadline) {
        if let deadline { loop.reschedule(deadline, at: next) } else { deadline = loop.schedule(self, at: next) }
    }

    /// Keeps the session for a while after its close, so that a polling client can fetch the rest.
    func drain() {
        state = .draining
        arm(at: loop.now + loop.configuration.timeouts.close)
    }

    func forget() {
        state = .closed
        if let deadline { loop.cancel(deadline) }
        deadline = nil
        polling = nil
        loop.remove(self)
    }

    /// Whether the client is late by the clock; if so the session is over. An upgrade suspends this (EIO-14), and a pause of reading (REL-21).
    func closeIfExpired() -> Bool {
        guard state == .open, !isPaused, !isUpgrading, heartbeat.isExpired(loop.now) else { return false }
        closeSilent()
        return true
    }

    func receivedPong() {
        if heartbeat.pong(loop.now) { arm() }
    }

    // MARK: Reading

    /// Stops taking packets from the client until `resumeReading`.
    package func pauseReading() {
        guard !isPaused, state == .open else { return }
        isPaused = true
        socket?.pauseReading()
        if isDeaf { arm() }
    }

    package func resumeReading() {
        guard isPaused, state == .open else { return }
        isPaused = false
        if heartbeat.isAwaitingPong {
            // It may be queued behind the input that made us stop reading.
            heartbeat.postpone(to: loop.now + loop.configuration.pingTimeout)
            arm()
        }
        // Packets of a POST before the upgrade come before those of the WebSocket after it (EIO-15).
        if polling?.payload != nil { takePackets() } else { socket?.resumeReading() }
    }
}

@available(*, unavailable)
extension EngineSession: Sendable {}

extension EngineSession: MakesRoom {
    func makeRoom() {
        guard state == .open, !isAuthenticated else { return }
        loop.noteTurnedAway(.madeRoom, from: request.address)
        close(.forcedServerClose, code: WebSocketCloseCode.overload.rawValue, reasonText: "overload", isOrderly: false)
    }
}

extension EngineSession: DeadlineTarget {
    package func deadlineReached(_ now: NIODeadline) {
        deadline = nil
        guard state == .open else {
            if state == .draining { forget() }
            return
        }
        if let due = applicationDeadline, now >= due {
            applicationDeadline = nil
            delegate?.engineDeadlineReached(now)
            guard state == .open else { return }
        }
        if let limit = polling?.upgrade.deadline, now >= limit {
            abandonUpgrade()
        }
        switch heartbeat.tick(now) {
        case .wait:
            break
        case .ping:
            sendPacket { $0.writeInteger(UInt8(ascii: "2")) }
        case .timeOut where isDeaf:
            break
        case .timeOut:
            return closeSilent()
        }
        // The ping may have overflowed the queue of a client that reads nothing.
        guard state == .open else { return }
        arm()
    }
}

extension EngineSession: FlushTarget {
    func flushMarked() { deliverToParked() }
}
