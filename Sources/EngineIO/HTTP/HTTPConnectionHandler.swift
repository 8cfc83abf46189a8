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
        /// The session answers when it likes.
        case waiting(EngineSession?)
        /// Answered for the last time: what still comes is thrown away.
        case ended
        /// Another handler or another loop has the connection.
        case handedOver
    }

    private enum Awaited {
        case head, idle, body, end
    }

    let loop: EngineLoop
    let slot: ConnectionSlot?
    let isSecure: Bool
    /// Refuses whatever comes first, when the connection is over a limit.
    private let refusal: EngineRefusal?
    var phase = Phase.head
    /// What the answer to the request at hand depends on; nil between requests.
    private var asked: AskedRequest?
    private var decoder: HTTPRequestDecoder
    private(set) var context: ChannelHandlerContext?
    /// Bytes read and not decoded: requests behind one that is not answered yet.
    private(set) var input = ByteBuffer()
    private var body = ByteBuffer()
    private var awaited = Awaited.head
    private var deadline: DeadlineWheel<any DeadlineTarget>.Handle?
    private var isProcessing = false
    private var isReading = false
    private var isThrottled = false
    private var discarded = 0

    /// Pipelined bytes held behind an unanswered request; beyond, reading stops.
    private static let pipelined = 16_384
    /// Bytes thrown away after the last answer before the connection is cut.
    private static let discardable = 1_048_576

    init(loop: EngineLoop, slot: ConnectionSlot?, isSecure: Bool, refusal: EngineRefusal?, replay: ByteBuffer = ByteBuffer()) {
        self.loop = loop
        self.slot = slot
        self.isSecure = isSecure
        self.refusal = refusal
        decoder = HTTPRequestDecoder(limits: loop.configuration.http)
        input = replay
    }

    var isInsideRequest: Bool { decoder.isInsideRequest }

    // MARK: Channel events

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        loop.add(self)
        expect(.head, loop.configuration.timeouts.head)
        if context.channel.isActive { process() }
    }

    func channelActive(context: ChannelHandlerContext) {
        process()
        context.fireChannelActive()
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
        context.close(promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let received = unwrapInboundIn(data)
        isReading = true
        if input.readableBytes == 0 {
            input = received
        } else {
            input.writeImmutableBuffer(received)
        }
        process()
        // What is left must not pin the loop's receive buffer.
        if input.readableBytes > 0 { input = ByteBuffer(bytes: input.readableBytesView) } else { input = ByteBuffer() }
        if !isSecure { loop.receiveBuffers.giveBack(received) }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        isReading = false
        context.flush()
        loop.readCompleted()
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
                if case .body(let session) = phase { finishBody(session) }
            }
        }
        if case .head = phase {
            if decoder.isInsideRequest, awaited == .idle { expect(.head, loop.configuration.timeouts.head) }
        }
        throttle()
    }

    private func nextElement() -> HTTPRequestDecoder.Element? {
        switch phase {
        case .head, .body:
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
            loop.noteMalformed(from: session.request.address)
            session.requestLost(self)
        } else {
            loop.noteMalformed(from: slot?.address)
        }
        respond(.refusal(fault.status, code: nil, message: fault.message), close: true)
    }

    private func received(_ head: HTTPRequestHead) {
        asked = AskedRequest(head, keepsOrigin: loop.configuration.cors != nil)
        if let refusal { return refuse(refusal, close: true) }
        route(head)
    }

    /// Reads the body of a POST that the session has let begin.
    func readBody(_ head: HTTPRequestHead, for session: EngineSession) {
        phase = .body(session)
        expect(.body, loop.configuration.timeouts.body)
        if head.expectsContinue, let context {
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: "HTTP/1.1 100 Continue\r\n\r\n")), promise: nil)
        }
    }

    private func received(_ part: ByteBuffer) {
        guard case .body(let session) = phase else { return }
        guard body.readableBytes &+ part.readableBytes <= session.inboundLimit else {
            return refuseBody(of: session)
        }
        body.writeImmutableBuffer(part)
    }

    /// The body of a POST is larger than its session takes.
    func refuseBody(of session: EngineSession) {
        body = ByteBuffer()
        loop.noteMalformed(from: session.request.address)
        session.requestLost(self)
        respond(.refusal(.payloadTooLarge, code: nil, message: "Payload too large"), close: true)
    }

    private func finishBody(_ session: EngineSession) {
        let whole = body
        body = ByteBuffer()
        wait(session)
        session.post(whole)
    }

    /// The session keeps the request.
    func park(_ session: EngineSession) { wait(session) }

    private func wait(_ session: EngineSession) {
        phase = .waiting(session)
        cancelDeadline()
    }

    // MARK: Answers

    func respondPayload(_ payload: ByteBuffer) {
        respond(HTTPResponse(.ok, body: payload))
    }

    func refuse(_ refusal: EngineRefusal, close: Bool = false) {
        respond(refusal.response, close: close)
    }

    /// Answers the request at hand. The connection ends when asked to, when the client wants it to, or when a body was left unread.
    func respond(_ response: HTTPResponse, close: Bool = false) {
        switch phase {
        case .ended, .handedOver: return
        case .head, .body, .waiting: break
        }
        guard let context else { return }
        var response = response
        if let cors = loop.configuration.cors, let asked {
            response.fields += asked.isPreflight ? cors.preflightFields(origin: asked.origin) : cors.fields(origin: asked.origin)
        }
        let isBodyUnread: Bool
        if case .waiting = phase { isBodyUnread = false } else { isBodyUnread = asked?.hasBody ?? true }
        let keepAlive = !close && !isBodyUnread && (asked?.keepAlive ?? false) && !loop.isShuttingDown
        var output = loop.outboundBuffers.take()
        response.write(into: &output, withBody: !(asked?.isHEAD ?? false), keepAlive: keepAlive)
        context.write(wrapOutboundOut(output), promise: nil)
        if !isReading || !keepAlive { context.flush() }
        loop.outboundBuffers.giveBack(output)
        asked = nil
        // A flush that finds the peer gone ends the connection within the call.
        if case .handedOver = phase { return }
        if keepAlive {
            phase = .head
            expect(.idle, loop.configuration.timeouts.idle)
            if !isProcessing {
                process()
            }
        } else {
            end(context)
        }
    }

    /// Our side is done; the client's bytes are taken a little longer, so that it reads the answer instead of a reset.
    private func end(_ context: ChannelHandlerContext) {
        phase = .ended
        body = ByteBuffer()
        expect(.end, loop.configuration.timeouts.close)
        context.close(mode: .output, promise: nil)
        throttle()
    }

    // MARK: Limits

    /// Stops reading while too much is pipelined behind an unanswered request.
    private func throttle() {
        let isFull: Bool
        if case .waiting = phase { isFull = input.readableBytes > Self.pipelined } else { isFull = false }
        guard isFull != isThrottled else { return }
        isThrottled = isFull
        applyReading()
    }

    private func expect(_ awaited: Awaited, _ time: TimeAmount) {
        self.awaited = awaited
        let at = loop.now + time
        if let deadline { loop.reschedule(deadline, at: at) } else { deadline = loop.schedule(self, at: at) }
    }

    private func cancelDeadline() {
        if let deadline { loop.cancel(deadline) }
        deadline = nil
    }

    // MARK: End

    /// Gives the connection to another handler: this one forgets it.
    func handOver() -> ByteBuffer {
        phase = .handedOver
        cancelDeadline()
        loop.remove(self)
        defer { input = ByteBuffer() }
        return input
    }

    private func ended() {
        let last = phase
        if case .handedOver = last { return }
        phase = .handedOver
        cancelDeadline()
        input = ByteBuffer()
        body = ByteBuffer()
        switch last {
        case .body(let session), .waiting(let session?): session.requestLost(self)
        case .head, .waiting(nil), .ended, .handedOver: break
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
        case .body, .waiting: refuse(.shuttingDown, close: true)
        case .ended, .handedOver: break
        }
    }

    func abort() { context?.close(promise: nil) }

    var heldBytes: Int { decoder.heldBytes &+ input.capacity &+ body.capacity }
}

extension HTTPConnectionHandler: DeadlineTarget {
    func deadlineReached(_ now: NIODeadline) {
        deadline = nil
        switch (awaited, phase) {
        case (.body, .body(let session)):
            session.requestLost(self)
            respond(.refusal(.requestTimeout, code: nil, message: "Request body took too long"), close: true)
        case (.head, .head) where decoder.isInsideRequest:
            respond(.refusal(.requestTimeout, code: nil, message: "Request head took too long"), close: true)
        default:
            context?.close(promise: nil)
        }
    }
}

/// The few things of a request that its answer depends on: a head of 32 KiB does not stay for as long as a GET waits.
private struct AskedRequest {
    let isHEAD: Bool
    let isPreflight: Bool
    let hasBody: Bool
    let keepAlive: Bool
    /// The `Origin`, if there is exactly one and it matters.
    let origin: String?

    init(_ head: HTTPRequestHead, keepsOrigin: Bool) {
        isHEAD = head.method == "HEAD"
        isPreflight = head.method == "OPTIONS"
        hasBody = head.hasBody
        keepAlive = head.keepAlive
        let origins = keepsOrigin ? head.fields.all("origin") : []
        origin = origins.count == 1 ? origins.first : nil
    }
}
