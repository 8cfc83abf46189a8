import NIOCore
import NIOHTTP1

/// HTTP long-polling: one GET always waits, packets to send go out in one POST after the other.
final class PollingLink: ClientLink {
    private enum Phase {
        case open, pausing, ended
    }

    private let dialer: Dialer
    let polls: HTTPLine
    private let posts: HTTPLine
    private weak var delegate: (any ClientLinkDelegate)?
    private var phase = Phase.open
    private var sid: String?
    private var maxPayload = Int.max
    private var outbox: [OutboundPacket] = []
    private var isPolling = false
    private var isPosting = false
    private var whenIdle: (() -> Void)?

    init(_ dialer: Dialer, delegate: any ClientLinkDelegate) {
        self.dialer = dialer
        self.delegate = delegate
        polls = HTTPLine(dialer)
        posts = HTTPLine(dialer)
    }

    /// Sends the handshake, then polls for ever.
    func start() { poll() }

    func send(_ packets: [OutboundPacket]) {
        guard phase != .ended else { return }
        outbox.append(contentsOf: packets)
        post()
    }

    var isSending: Bool { phase == .open && (isPosting || !outbox.isEmpty) }

    /// Lets the waiting GET and what is being posted end, starts nothing new, then calls back (an upgrade's last step).
    func pause(_ whenIdle: @escaping () -> Void) {
        guard phase == .open else { return }
        phase = .pausing
        self.whenIdle = whenIdle
        finishPause()
    }

    func close() -> EventLoopFuture<Void> {
        guard phase != .ended else { return hangUp() }
        phase = .ended
        guard sid != nil, !isPosting else { return hangUp() }
        // The goodbye is best effort: whatever becomes of it, the sockets are closed next.
        let goodbye = posts.request(postHead(length: 1), body: ByteBuffer(string: "1"))
        let done = dialer.loop.makePromise(of: Void.self)
        goodbye.assumeIsolated().whenComplete { _ in self.hangUp().cascade(to: done) }
        let deadline = dialer.loop.assumeIsolated().scheduleTask(in: .seconds(1)) { _ = self.hangUp() }
        done.futureResult.whenComplete { _ in deadline.cancel() }
        return done.futureResult
    }

    /// Closes the idle sockets without a goodbye: after an upgrade the session lives on elsewhere.
    func retire() { _ = hangUp() }

    private func hangUp() -> EventLoopFuture<Void> {
        phase = .ended
        return polls.close().and(posts.close()).map { _ in }
    }

    private func poll() {
        guard phase == .open, !isPolling else { return }
        isPolling = true
        polls.request(dialer.head(.GET, transport: "polling", sid: sid)).assumeIsolated().whenComplete { result in
            self.isPolling = false
            guard self.phase != .ended else { return }
            switch result {
            case .success(let reply): self.polled(reply)
            case .failure(let error): self.end(error)
            }
        }
    }

    private func polled(_ reply: HTTPReply) {
        guard reply.status == 200 else { return refused(reply) }
        do {
            for packet in try EnginePayload.decode(reply.body) {
                if case .open(let opening) = packet {
                    sid = opening.sid
                    maxPayload = opening.maxPayload
                }
                delegate?.linkReceived(packet, from: self)
                guard phase != .ended else { return }
            }
        } catch {
            return end(error)
        }
        finishPause()
        poll()
    }

    private func post() {
        guard phase == .open, !isPosting, !outbox.isEmpty else { return }
        isPosting = true
        let body = EnginePayload.takeBody(from: &outbox, limit: maxPayload)
        posts.request(postHead(length: body.readableBytes), body: body).assumeIsolated().whenComplete { result in
            self.isPosting = false
            guard self.phase != .ended else { return }
            switch result {
            case .success(let reply) where reply.status == 200:
                if self.dialer.options.closesIdleConnections { self.posts.hangUp() }
                self.finishPause()
                self.post()
            case .success(let reply): self.refused(reply)
            case .failure(let error): self.end(error)
            }
        }
    }

    private func postHead(length: Int) -> HTTPRequestHead {
        var head = dialer.head(.POST, transport: "polling", sid: sid)
        head.headers.add(name: "Content-Type", value: "text/plain; charset=UTF-8")
        head.headers.add(name: "Content-Length", value: String(length))
        return head
    }

    private func finishPause() {
        guard phase == .pausing, !isPolling, !isPosting, let whenIdle else { return }
        self.whenIdle = nil
        whenIdle()
    }

    /// What was not posted when the link was paused; the next link sends it.
    func takeUnsent() -> [OutboundPacket] {
        defer { outbox = [] }
        return outbox
    }

    private func refused(_ reply: HTTPReply) {
        let reason = CloseReason(.server, reply.summary)
        end(reason, SocketIOClientError(.refused, "The server answered \(reply.summary)", closeReason: reason, httpStatus: reply.status))
    }

    private func end(_ error: any Error) {
        let known = error as? SocketIOClientError ?? SocketIOClientError(.unreachable, "The connection failed.", cause: error)
        end(CloseReason(.transport, known.message), known)
    }

    private func end(_ reason: CloseReason, _ error: SocketIOClientError) {
        _ = hangUp()
        delegate?.linkEnded(reason, error: error, of: self)
    }
}

@available(*, unavailable)
extension PollingLink: Sendable {}
