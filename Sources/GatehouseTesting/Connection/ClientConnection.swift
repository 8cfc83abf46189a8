import GatehouseJSON
import NIOCore

/// The client's side of one connection: its link or links, namespaces, events and acknowledgements. Belongs to one event loop.
final class ClientConnection {
    let loop: any EventLoop
    let dialer: Dialer
    let options: SocketIOClient.Options

    var link: (any ClientLink)?
    /// The WebSocket of an upgrade that is not over.
    var probe: WebSocketLink?
    var opening: EngineOpening?
    var opened: PendingReply<EngineOpening>?
    private(set) var closeReason: CloseReason?
    private var pingDeadline: Scheduled<Void>?

    /// Namespaces with the ids that the server gave.
    var joined: [String: String] = [:]
    var joining: [String: PendingReply<String>] = [:]
    /// The `pid` of each namespace whose sessions can be recovered.
    var recoveryIDs: [String: String] = [:]
    var acks: [UInt64: PendingReply<SocketIOPayload>] = [:]
    var inbox: Inbox
    var askers: [Int: PendingReply<ReceivedEvent>] = [:]
    var closers: [Int: PendingReply<CloseReason>] = [:]
    var assembly: AttachmentAssembly?
    var answer: (@Sendable (ReceivedEvent) -> SocketIOPayload?)?
    /// Takes all events, in their order, in the inbox's place.
    var observer: (@Sendable (ReceivedEvent) -> Void)?
    private var lastAsker = 0
    private var lastAck: UInt64 = 0

    init(_ dialer: Dialer) {
        self.dialer = dialer
        loop = dialer.loop
        options = dialer.options
        inbox = Inbox(limit: dialer.options.inboxLimit)
    }

    /// Done when packets can be sent: after the server's open packet, and after the upgrade if one is wanted.
    func open() -> EventLoopFuture<EngineOpening> {
        let reply = PendingReply<EngineOpening>(on: loop, within: options.timeout) {
            self.end(CloseReason(.transport, "The handshake took too long."), SocketIOClientError(.timeout, "The handshake took too long."))
        }
        opened = reply
        switch options.transport {
        case .webSocket:
            let webSocket = WebSocketLink(on: loop, delegate: self)
            link = webSocket
            webSocket.start(dialer, sid: nil)
        case .polling, .upgrade:
            let polling = PollingLink(dialer, delegate: self)
            link = polling
            polling.start()
        }
        return reply.future
    }

    func nextAsker() -> Int {
        lastAsker += 1
        return lastAsker
    }

    func nextAck() -> UInt64 {
        lastAck += 1
        return lastAck
    }

    /// Throws once the connection has ended.
    func checkOpen() throws(SocketIOClientError) {
        if let closeReason { throw closedError(closeReason) }
    }

    /// Throws once the connection has ended, and where the namespace is not joined.
    func checkJoined(_ namespace: String) throws(SocketIOClientError) {
        try checkOpen()
        guard joined[namespace] != nil else { throw SocketIOClientError(.namespace, "\(namespace) is not joined.") }
    }

    func closedError(_ reason: CloseReason) -> SocketIOClientError {
        SocketIOClientError(.closed, "The connection is \(reason)", closeReason: reason)
    }

    /// Ends on this side; done when the sockets are closed.
    func close(_ reason: CloseReason = CloseReason(.client, "close was called")) -> EventLoopFuture<Void> {
        let links: [(any ClientLink)?] = [link, probe]
        end(reason)
        return EventLoopFuture.andAllComplete(links.compactMap { $0?.close() }, on: loop)
    }

    /// Fails all waiters. Received events stay readable.
    func end(_ reason: CloseReason, _ error: SocketIOClientError? = nil) {
        guard closeReason == nil else { return }
        closeReason = reason
        pingDeadline?.cancel()
        let error = error ?? closedError(reason)
        opened?.fail(error)
        for waiting in joining.values { waiting.fail(error) }
        for waiting in acks.values { waiting.fail(error) }
        for waiting in askers.values { waiting.fail(error) }
        (opened, joining, acks, askers, joined, assembly, answer, observer) = (nil, [:], [:], [:], [:], nil, nil, nil)
        _ = link?.close()
        _ = probe?.close()
        for waiting in closers.values { waiting.succeed(reason) }
        closers = [:]
    }

    /// The server is to ping in time (Engine.IO, heartbeat).
    func expectPing() {
        pingDeadline?.cancel()
        guard let opening else { return }
        pingDeadline = loop.assumeIsolated().scheduleTask(in: opening.pingInterval + opening.pingTimeout) {
            self.end(CloseReason(.transport, "The server's ping is overdue."))
        }
    }
}

@available(*, unavailable)
extension ClientConnection: Sendable {}
