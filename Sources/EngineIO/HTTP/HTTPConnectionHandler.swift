import GatehouseNetwork
import GatehouseTLS
import NIOCore

/// A connection while it speaks HTTP: one request after another, each answered before the next is looked at.
final class HTTPConnectionHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    enum Phase {
        /// Reading a head, or waiting for one.
        case head
        /// Reading the body of a POST.
        case body(EngineSession)
        /// Reading the body of a POST for a route.
        case posted(PostedReading)
        /// The session answers later.
        case waiting(EngineSession?)
        /// The last answer has been sent; further input is discarded.
        case ended
        /// Another handler or another loop has the connection.
        case handedOver
    }

    private enum Awaited {
        case head, idle, body, answer, end

        /// Whether the client's bytes are awaited, and not its end or an answer.
        var isInput: Bool {
            switch self {
            case .head, .idle, .body: true
            case .answer, .end: false
            }
        }
    }

    let loop: EngineLoop
    let slot: ConnectionSlot?
    let peer: ConnectionPeer
    /// The handler below; nil on a plain connection.
    let tls: TLSHandler?
    var phase = Phase.head
    /// The cookie of the answer that is being written.
    var setsCookie: String?
    /// What the answer to the request at hand depends on; nil between requests.
    private var asked: AskedRequest?
    private var decoder: HTTPRequestDecoder
    private(set) var context: ChannelHandlerContext?
    /// Bytes read and not decoded: requests behind one that is not answered yet.
    private(set) var input = ByteBuffer()
    private var body = ByteBuffer()
    /// Answers of this read, not yet given to the channel.
    private var output = ByteBuffer()
    private var awaited = Awaited.head
    /// The deadline of the current phase; nil while a session has the request.
    private var awaitedBy: NIODeadline?
    /// The deadline for the next request that serves a session: answers to anything else do not keep the connection open (SEC-A).
    private var usefulBy = NIODeadline.uptimeNanoseconds(0)
    /// The deadline for the client to read queued answers; nil while it keeps up.
    private var takenBy: NIODeadline?
    /// The one entry in the loop's wheel.
    private var deadline: DeadlineWheel<any DeadlineTarget>.Handle?
    private var isProcessing = false
    private var isReading = false
    private var isThrottled = false
    private var discarded = 0

    /// The most bytes that may wait undecoded behind an unanswered request: a read may bring two TLS records. Reading stops with the first
    /// byte, but a channel whose peer has closed its half is read to its end all the same.
    private static let undecoded = 2 * ReceiveBuffers.Size.http.rawValue
    /// Answers of this many bytes are flushed before the end of the read.
    private static let earlySend = 4_096
    /// Bytes that the kernel may have left unsent; with more, no further request is decoded (SEC-A).
    static let untaken = ChannelOptions.Types.WriteBufferWaterMark(low: 4_096, high: 8_192)
    /// Bytes that are discarded after the last answer before the connection is cut.
    private static let discardable = 1_048_576

    init(loop: EngineLoop, slot: ConnectionSlot?, peer: ConnectionPeer, tls: TLSHandler?, replay: ByteBuffer = ByteBuffer()) {
        self.loop = loop
        self.slot = slot
        self.peer = peer
        self.tls = tls
        decoder = HTTPRequestDecoder(limits: loop.configuration.http)
        input = replay
    }

    var isSecure: Bool { tls != nil }
    var isInsideRequest: Bool { decoder.isInsideRequest }

    /// Whether input is discarded.
    private var hasEnded: Bool {
        switch phase {
        case .ended, .handedOver: true
        case .head, .body, .posted, .waiting: false
        }
    }

    // MARK: Channel events

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        loop.add(self)
        slot?.belongs(to: self)
        usefulBy = loop.now + loop.configuration.timeouts.useless
        // During a TLS handshake TLS has its own deadline and reports why it ended. A client that there is no room for gets less time.
        if tls == nil || tls?.session != nil || slot?.refusal != nil { expect(.head, firstHead) }
        if context.channel.isActive { process() }
    }

    func channelActive(context: ChannelHandlerContext) {
        process()
        context.fireChannelActive()
    }

    /// How long the first head may take.
    private var firstHead: TimeAmount {
        let timeouts = loop.configuration.timeouts
        return slot?.refusal == nil ? timeouts.head : min(timeouts.head, timeouts.close)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // The handshake has a deadline of its own; a head cannot come before its end.
        if event is TLSHandshakeCompleted, case .head = phase { expect(.head, firstHead) }
        context.fireUserInboundEventTriggered(event)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        ended()
        self.context = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        ended()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // The byte stream below is broken (reset, TLS): there is nobody to answer.
        if let tls, tls.session == nil { loop.tls?.handshakeFailed(slot?.peer ?? .unknown, TLSError(endOfHandshake: error)) }
        context.close(promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let received = unwrapInboundIn(data)
        isReading = true
        if input.readableBytes == 0 {
            input = received
            process()
            // What is left must not pin the loop's receive buffer.
            input = input.readableBytes > 0 ? ByteBuffer(bytes: input.readableBytesView) : ByteBuffer()
        } else if input.readableBytes &+ received.readableBytes > Self.undecoded, !hasEnded {
            context.close(promise: nil)
        } else {
            input.writeImmutableBuffer(received)
            process()
            if input.readerIndex > input.readableBytes { input.discardReadBytes() }
        }
        if !isSecure { loop.receiveBuffers.giveBack(received) }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        isReading = false
        send()
        throttle()
        loop.readCompleted(self)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        guard takenBy != nil, context.channel.isWritable else { return }
        takenBy = nil
        // Due input could not be read meanwhile.
        awaitedBy = awaitedBy.map { max($0, loop.now + loop.configuration.timeouts.head) }
        arm()
        process()
    }

    // MARK: Requests

    private func process() {
        guard !isProcessing else { return }
        isProcessing = true
        defer { isProcessing = false }
        while let element = nextElement() {
            switch element {
            case .head(let head):
                received(head)
            case .body(let part):
                received(part)
            case .end:
                finishBody()
            }
        }
        if case .head = phase {
            if decoder.isInsideRequest, awaited == .idle { expect(.head, loop.configuration.timeouts.head) }
        }
        if !isReading { send() }
        throttle()
    }

    private func nextElement() -> HTTPRequestDecoder.Element? {
        switch phase {
        case .head where takenBy != nil, .body where takenBy != nil, .posted where takenBy != nil:
            return nil
        case .head, .body, .posted:
            do throws(HTTPFault) {
                return try decoder.next(&input)
            } catch {
                fail(error)
                return nil
            }
        case .ended:
            discarded &+= input.readableBytes
            input = ByteBuffer()
            if discarded > Self.discardable { context?.close(promise: nil) }
            return nil
        case .waiting, .handedOver:
            return nil
        }
    }

    private func fail(_ fault: HTTPFault) {
        if case .body(let session) = phase {
            noteFault(of: session.request.address)
            session.requestLost(self)
        } else if fault.isNoBrowsers {
            noteFault(of: slot?.client)
        } else {
            loop.noteTurnedAway(.http, from: slot?.peer ?? .unknown)
        }
        respond(.refusal(fault.status, code: nil, message: fault.message), close: true)
    }

    /// - Parameter address: the address at fault, if it is known.
    private func noteFault(of address: ClientAddress?) {
        loop.noteMalformed(from: address)
        loop.noteTurnedAway(.http, from: address ?? slot?.peer ?? .unknown)
    }

    private func received(_ head: HTTPRequestHead) {
        asked = AskedRequest(head, keepsOrigin: loop.configuration.cors != nil)
        if peer.isProxy { noteUse() }
        if let refusal = slot?.refusal, !isProbe(head) { return refuse(refusal, close: true) }
        route(head)
    }

    /// The current request serves a session, so the connection may stay.
    func noteUse() {
        let timeouts = loop.configuration.timeouts
        usefulBy = loop.now + max(timeouts.idle, timeouts.useless)
    }

    /// The connection has served no session so far: it is not kept for long.
    private func noteUselessness(_ time: TimeAmount) {
        // A proxy's connection is many clients'.
        guard !peer.isProxy else { return }
        usefulBy = min(usefulBy, loop.now + time)
    }

    /// Reads the body of a POST that the session has accepted.
    func readBody(_ head: HTTPRequestHead, for session: EngineSession) {
        phase = .body(session)
        expect(.body, loop.configuration.timeouts.body)
        if head.expectsContinue { output.writeStaticString("HTTP/1.1 100 Continue\r\n\r\n") }
    }

    /// Reads the body of a POST for a route, which has admitted it.
    func readBody(_ head: HTTPRequestHead, for posted: PostedReading) {
        noteUse()
        if case .length(let length) = head.body, length > posted.limit { return respond(posted.tooLarge(), close: true) }
        phase = .posted(posted)
        expect(.body, loop.configuration.timeouts.body)
        if head.expectsContinue { output.writeStaticString("HTTP/1.1 100 Continue\r\n\r\n") }
    }

    private func received(_ part: ByteBuffer) {
        switch phase {
        case .body(let session):
            guard body.readableBytes &+ part.readableBytes <= session.inboundLimit else {
                return refuseBody(of: session)
            }
            body.writeImmutableBuffer(part)
        case .posted(let posted):
            guard body.readableBytes &+ part.readableBytes <= posted.limit else {
                body = ByteBuffer()
                return respond(posted.tooLarge(), close: true)
            }
            body.writeImmutableBuffer(part)
        case .head, .waiting, .ended, .handedOver: break
        }
    }

    /// The body of a POST is larger than its session takes.
    func refuseBody(of session: EngineSession) {
        body = ByteBuffer()
        noteFault(of: session.request.address)
        session.requestLost(self)
        respond(.refusal(.payloadTooLarge, code: nil, message: "Payload too large"), close: true)
    }

    private func finishBody() {
        let whole = body
        switch phase {
        case .body(let session):
            body = ByteBuffer()
            wait(session)
            session.post(whole)
        case .posted(let posted):
            body = ByteBuffer()
            respondOnceGathered { await posted.answer(whole) }
        case .head, .waiting, .ended, .handedOver: break
        }
    }

    /// The session keeps the request.
    func park(_ session: EngineSession) { wait(session) }

    private func wait(_ session: EngineSession) {
        phase = .waiting(session)
        awaitedBy = nil
        arm()
    }

    // MARK: Answers

    /// Answers the current request once the answer is ready; the client waits for a bounded time.
    func respondOnceGathered(_ answer: @escaping @Sendable () async -> HTTPResponse) {
        phase = .waiting(nil)
        expect(.answer, loop.configuration.timeouts.answer)
        let handler = NIOLoopBound(self, eventLoop: loop.eventLoop)
        let eventLoop = loop.eventLoop
        loop.gatheringBegan()
        Task {
            let response = await answer()
            eventLoop.execute {
                handler.value.respond(response)
                handler.value.loop.gatheringEnded()
            }
        }
    }

    /// A session's answer, perhaps long after the request.
    func respondPayload(_ payload: ByteBuffer) {
        noteUse()
        respond(HTTPResponse(.ok, body: payload))
    }

    func refuse(_ refusal: EngineRefusal, close: Bool = false) {
        // A request that any page can cause does not hold a place that others wait for.
        if refusal == .forbidden || refusal == .notFound { noteUselessness(loop.configuration.timeouts.close) }
        respond(refusal.response, close: close)
    }

    /// Answers the request at hand. The connection ends when asked to, when the client wants it to, or when a body was left unread.
    func respond(_ response: HTTPResponse, close: Bool = false) {
        switch phase {
        case .ended, .handedOver: return
        case .head, .body, .posted, .waiting: break
        }
        guard let context else { return }
        var response = response
        let asked = asked ?? AskedRequest(refused: decoder)
        if let cors = loop.configuration.cors {
            response.fields += asked.isPreflight ? cors.preflightFields(origin: asked.origin) : cors.fields(origin: asked.origin)
        }
        if let setsCookie { response.fields.append(("Set-Cookie", setsCookie)) }
        let isBodyUnread: Bool
        if case .waiting = phase { isBodyUnread = false } else { isBodyUnread = asked.hasBody }
        let keepAlive =
            !close && !isBodyUnread && asked.keepAlive && !peer.isMounted && !loop.isDraining && loop.now < usefulBy
        // A right-sized buffer of its own: a slow client must not hold one of the loop's large buffers.
        if output.capacity == 0 { output.reserveCapacity(256 &+ response.body.readableBytes) }
        response.write(into: &output, withBody: !asked.isHEAD, keepAlive: keepAlive)
        self.asked = nil
        if !(isReading || isProcessing) || !keepAlive || output.readableBytes >= Self.earlySend { send() }
        // A flush that finds the peer gone ends the connection within the call.
        if case .handedOver = phase { return }
        if keepAlive {
            phase = .head
            expect(.idle, min(loop.configuration.timeouts.idle, usefulBy - loop.now))
            if !isProcessing {
                process()
            }
        } else {
            end(context)
        }
    }

    /// Adds the last bytes of this handler, which must not end the connection, and gives the channel all there are.
    func writeLast(_ write: (inout ByteBuffer) -> Void) {
        write(&output)
        guard let context else { return }
        let all = output
        output = ByteBuffer()
        context.write(wrapOutboundOut(all), promise: nil)
    }

    /// Writes the pending answers to the channel. A client that does not read them is not served further, and is cut after a while.
    func send() {
        guard let context, output.readableBytes > 0 else { return }
        let all = output
        output = ByteBuffer()
        context.writeAndFlush(wrapOutboundOut(all), promise: nil)
        if case .handedOver = phase { return }
        guard takenBy == nil, !context.channel.isWritable else { return }
        takenBy = loop.now + loop.configuration.timeouts.answer
        arm()
    }

    /// Closes our half. The client's bytes are read a little longer, so that it gets the answer instead of a reset.
    private func end(_ context: ChannelHandlerContext) {
        phase = .ended
        body = ByteBuffer()
        takenBy = nil
        expect(.end, loop.configuration.timeouts.close)
        context.close(mode: .output, promise: nil)
        throttle()
    }

    // MARK: Limits

    /// Stops reading while requests are pipelined behind an unanswered one, or the client does not read its answers.
    private func throttle() {
        let isFull: Bool
        switch phase {
        case .head, .body, .posted: isFull = takenBy != nil
        case .waiting: isFull = takenBy != nil || input.readableBytes > 0
        case .ended: isFull = false
        case .handedOver: return
        }
        setThrottled(isFull)
    }

    /// Reads again for the handler that comes next on this channel.
    func unthrottle() { setThrottled(false) }

    private func setThrottled(_ isFull: Bool) {
        guard isFull != isThrottled else { return }
        isThrottled = isFull
        applyReading()
    }

    private func expect(_ awaited: Awaited, _ time: TimeAmount) {
        self.awaited = awaited
        awaitedBy = loop.now + time
        arm()
    }

    /// Puts the current deadline into the wheel. While the client does not read its answers only that deadline counts.
    private func arm() {
        guard let next = takenBy ?? awaitedBy else { return cancelDeadline() }
        if let deadline { loop.reschedule(deadline, at: next) } else { deadline = loop.schedule(self, at: next) }
    }

    private func cancelDeadline() {
        if let deadline { loop.cancel(deadline) }
        deadline = nil
    }

    // MARK: End

    /// Hands the connection to another handler and forgets it.
    func handOver() -> ByteBuffer {
        phase = .handedOver
        takenBy = nil
        cancelDeadline()
        loop.remove(self)
        defer { input = ByteBuffer() }
        return input
    }

    private func ended() {
        let last = phase
        if case .handedOver = last { return }
        phase = .handedOver
        takenBy = nil
        cancelDeadline()
        input = ByteBuffer()
        body = ByteBuffer()
        output = ByteBuffer()
        switch last {
        case .body(let session), .waiting(let session?): session.requestLost(self)
        case .head, .posted, .waiting(nil), .ended, .handedOver: break
        }
        slot?.release()
        loop.remove(self)
    }
}

@available(*, unavailable)
extension HTTPConnectionHandler: Sendable {}

extension HTTPConnectionHandler: LoopConnection {
    func applyReading() {
        try? context?.channel.syncOptions?.setOption(.autoRead, value: !isThrottled && !loop.isReadingHeld)
    }

    func shutDown() {
        switch phase {
        case .head: context?.close(promise: nil)
        case .body, .posted, .waiting: refuse(.shuttingDown, close: true)
        case .ended, .handedOver: break
        }
    }

    func abort() { context?.close(promise: nil) }

    var isBeingAnswered: Bool { if case .waiting = phase { true } else { false } }

    var heldBytes: Int { decoder.heldBytes &+ input.capacity &+ body.capacity &+ output.capacity &+ untakenBytes }

    /// Answers that the kernel has not sent.
    private var untakenBytes: Int { (try? context?.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0 }
}

extension HTTPConnectionHandler: MakesRoom {
    func makeRoom() {
        guard slot?.isWelcome != true else { return }
        loop.noteTurnedAway(.madeRoom, from: slot?.peer ?? .unknown)
        abort()
    }
}

extension HTTPConnectionHandler: DeadlineTarget {
    func deadlineReached(_ now: NIODeadline) {
        deadline = nil
        if let takenBy, now >= takenBy {
            noteSlow()
            context?.close(promise: nil)
            return
        }
        // Not for connections that the ledger does not bound: they end as ever, so that a full disk does not keep descriptors.
        if awaited.isInput, slot?.refusal == nil, context != nil, loop.mayHoldInput(now) {
            return expect(awaited, loop.configuration.timeouts.head)
        }
        switch (awaited, phase) {
        case (.body, .body(let session)):
            noteSlow()
            session.requestLost(self)
            respond(.refusal(.requestTimeout, code: nil, message: "Request body took too long"), close: true)
        case (.body, .posted):
            noteSlow()
            respond(.refusal(.requestTimeout, code: nil, message: "Request body took too long"), close: true)
        case (.head, .head) where decoder.isInsideRequest:
            noteSlow()
            respond(.refusal(.requestTimeout, code: nil, message: "Request head took too long"), close: true)
        case (.head, .head):
            noteSlow()
            context?.close(promise: nil)
        default:
            context?.close(promise: nil)
        }
    }

    /// Clients refused for lack of room were recorded when they were refused.
    private func noteSlow() {
        guard slot?.shortage == nil else { return }
        loop.noteTurnedAway(.slow, from: slot?.peer ?? .unknown)
    }
}

extension TLSError {
    /// Why a handshake failed: the reason of TLS, or what ended the connection below it.
    fileprivate init(endOfHandshake error: any Error) {
        self = error as? TLSError ?? TLSError(.handshakeFailed, "The connection broke before the handshake was over.", cause: error)
    }
}
