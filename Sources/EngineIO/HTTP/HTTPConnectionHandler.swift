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
        /// The session answers when it likes.
        case waiting(EngineSession?)
        /// Answered for the last time: what still comes is thrown away.
        case ended
        /// Another handler or another loop has the connection.
        case handedOver
    }

    private enum Awaited {
        case head, idle, body, answer, end
    }

    let loop: EngineLoop
    let slot: ConnectionSlot?
    /// The other end as it was accepted.
    let peer: SocketAddress?
    /// The handler below; nil on a plain connection.
    let tls: TLSHandler?
    var phase = Phase.head
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
    /// When the time of what is awaited is over; nil while a session has the request.
    private var awaitedBy: NIODeadline?
    /// When the connection must have been of use to a session again: answers to anything else do not keep it open (SEC-A).
    private var usefulBy = NIODeadline.uptimeNanoseconds(0)
    /// When the client must have taken what it is owed; nil while it keeps up.
    private var takenBy: NIODeadline?
    /// The one entry in the loop's wheel.
    private var deadline: DeadlineWheel<any DeadlineTarget>.Handle?
    private var isProcessing = false
    private var isReading = false
    private var isThrottled = false
    private var discarded = 0

    /// The most that may lie undecoded behind an unanswered request: a read may bring two TLS records. Reading stops with the first byte, but a
    /// channel whose peer has ended its half is read to its end whatever it was told.
    private static let undecoded = 2 * ReceiveBuffers.Size.http.rawValue
    /// Answers of so many bytes do not wait for the end of the read.
    private static let earlySend = 4_096
    /// What the kernel may leave untaken, bytes; with more, no further request is looked at (SEC-A).
    static let untaken = ChannelOptions.Types.WriteBufferWaterMark(low: 4_096, high: 8_192)
    /// Bytes thrown away after the last answer before the connection is cut.
    private static let discardable = 1_048_576

    init(loop: EngineLoop, slot: ConnectionSlot?, peer: SocketAddress?, tls: TLSHandler?, replay: ByteBuffer = ByteBuffer()) {
        self.loop = loop
        self.slot = slot
        self.peer = peer
        self.tls = tls
        decoder = HTTPRequestDecoder(limits: loop.configuration.http)
        input = replay
    }

    var isSecure: Bool { tls != nil }
    var isInsideRequest: Bool { decoder.isInsideRequest }

    /// Whether what comes is thrown away.
    private var hasEnded: Bool {
        switch phase {
        case .ended, .handedOver: true
        case .head, .body, .waiting: false
        }
    }

    // MARK: Channel events

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        loop.add(self)
        noteUse()
        // While a handshake is awaited TLS has a deadline of its own, and says why it ended. Whom there is no room for does not get that long.
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
        if let tls, tls.session == nil { loop.tls?.handshakeFailed(slot?.peer, TLSError(endOfHandshake: error)) }
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
        loop.readCompleted()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        guard takenBy != nil, context.channel.isWritable else { return }
        takenBy = nil
        // What was due could not be read meanwhile.
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
                if case .body(let session) = phase { finishBody(session) }
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
        case .head where takenBy != nil, .body where takenBy != nil:
            return nil
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
            noteFault(of: session.request.address)
            session.requestLost(self)
        } else {
            noteFault(of: slot?.address)
        }
        respond(.refusal(fault.status, code: nil, message: fault.message), close: true)
    }

    /// - Parameter address: whose fault it was, if that is known.
    private func noteFault(of address: String?) {
        loop.noteMalformed(from: address)
        loop.noteTurnedAway(.http, from: address ?? slot?.peer)
    }

    private func received(_ head: HTTPRequestHead) {
        asked = AskedRequest(head, keepsOrigin: loop.configuration.cors != nil)
        if let refusal = slot?.refusal { return refuse(refusal, close: true) }
        route(head)
    }

    /// The request at hand is one that the connection is there for.
    func noteUse() { usefulBy = loop.now + loop.configuration.timeouts.idle }

    /// Reads the body of a POST that the session has let begin.
    func readBody(_ head: HTTPRequestHead, for session: EngineSession) {
        phase = .body(session)
        expect(.body, loop.configuration.timeouts.body)
        if head.expectsContinue { output.writeStaticString("HTTP/1.1 100 Continue\r\n\r\n") }
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
        noteFault(of: session.request.address)
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
        awaitedBy = nil
        arm()
    }

    // MARK: Answers

    /// Answers the request at hand once the answer is there, for which the client waits a while.
    func respond(toBeGathered answer: @escaping @Sendable (EngineRequest) async -> HTTPResponse, _ request: EngineRequest) {
        phase = .waiting(nil)
        expect(.answer, loop.configuration.timeouts.answer)
        let handler = NIOLoopBound(self, eventLoop: loop.eventLoop)
        let eventLoop = loop.eventLoop
        loop.gatheringBegan()
        Task {
            let response = await answer(request)
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
        let keepAlive = !close && !isBodyUnread && (asked?.keepAlive ?? false) && !loop.isDraining && loop.now < usefulBy
        // A buffer of its own and of its size: the loop's large ones are not for what a client may leave lying.
        if output.capacity == 0 { output.reserveCapacity(256 &+ response.body.readableBytes) }
        response.write(into: &output, withBody: !(asked?.isHEAD ?? false), keepAlive: keepAlive)
        asked = nil
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

    /// Gives the channel the answers there are. A client that does not take them is not served further until it does, and not for ever.
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

    /// Our side is done; the client's bytes are taken a little longer, so that it reads the answer instead of a reset.
    private func end(_ context: ChannelHandlerContext) {
        phase = .ended
        body = ByteBuffer()
        takenBy = nil
        expect(.end, loop.configuration.timeouts.close)
        context.close(mode: .output, promise: nil)
        throttle()
    }

    // MARK: Limits

    /// Stops reading while something is pipelined behind an unanswered request, or the client does not take its answers.
    private func throttle() {
        let isFull: Bool
        switch phase {
        case .head, .body: isFull = takenBy != nil
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

    /// Puts the deadline that counts now into the wheel: while the client does not take its answers, nothing else can be expected of it.
    private func arm() {
        guard let next = takenBy ?? awaitedBy else { return cancelDeadline() }
        if let deadline { loop.reschedule(deadline, at: next) } else { deadline = loop.schedule(self, at: next) }
    }

    private func cancelDeadline() {
        if let deadline { loop.cancel(deadline) }
        deadline = nil
    }

    // MARK: End

    /// Gives the connection to another handler: this one forgets it.
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

    var heldBytes: Int { decoder.heldBytes &+ input.capacity &+ body.capacity &+ output.capacity &+ untakenBytes }

    /// Answers that the kernel has not taken.
    private var untakenBytes: Int { (try? context?.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0 }
}

extension HTTPConnectionHandler: DeadlineTarget {
    func deadlineReached(_ now: NIODeadline) {
        deadline = nil
        if let takenBy, now >= takenBy {
            noteSlow()
            context?.close(promise: nil)
            return
        }
        switch (awaited, phase) {
        case (.body, .body(let session)):
            noteSlow()
            session.requestLost(self)
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

    /// Whom there was no room for has had its record.
    private func noteSlow() {
        guard slot?.shortage == nil else { return }
        loop.noteTurnedAway(.slow, from: slot?.address ?? slot?.peer)
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

extension TLSError {
    /// Why a handshake did not come to its end: what TLS said, or what ended the connection below it.
    fileprivate init(endOfHandshake error: any Error) {
        self = error as? TLSError ?? TLSError(.handshakeFailed, "The connection broke before the handshake was over.", cause: error)
    }
}
