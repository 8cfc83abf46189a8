package import NIOCore

/// A connection after its upgrade: bytes in, messages out, replies gathered and flushed once a turn. The only handler in the pipeline but
/// TLS.
package final class WebSocketHandler: ChannelInboundHandler, RemovableChannelHandler {
    package typealias InboundIn = ByteBuffer
    package typealias OutboundOut = ByteBuffer

    let loop: EngineLoop
    let slot: ConnectionSlot?
    private var receiver: (any WebSocketReceiver)?
    private var decoder: WebSocketDecoder
    private var context: ChannelHandlerContext?
    var closing = CloseHandshake()
    var closeDeadline: DeadlineWheel<any DeadlineTarget>.Handle?
    /// What was sent and not yet given to the channel.
    private var batch = ByteBuffer()
    private var hasUnflushedWrites = false
    private var isReading = false
    private var isPaused = false
    private var wasFull = false
    private var hasEnded = false
    /// Bytes read but not decoded, because reading was paused.
    private var held: ByteBuffer?
    var isMarkedForFlush = false
    /// Whether what is read is the loop's receive buffer; with TLS in between it is not.
    var returnsBuffers = true

    /// A batch of this many bytes does not wait for the end of the turn.
    private static let earlyFlush = 65_536

    init(loop: EngineLoop, slot: ConnectionSlot?, limits: WebSocketLimits, receiver: any WebSocketReceiver) {
        self.loop = loop
        self.slot = slot
        self.receiver = receiver
        messageLimit = limits.message
        outboundLimit = loop.configuration.outboundQueue
        decoder = WebSocketDecoder(limits: limits)
    }

    /// Largest message the peer may send, bytes.
    var messageLimit: Int

    /// What the peer may leave untaken before it is cut, bytes.
    var outboundLimit: Int

    var isOpen: Bool { closing.state == .open && context != nil }

    // MARK: Channel events

    package func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        loop.add(self)
    }

    package func handlerRemoved(context: ChannelHandlerContext) {
        ended()
        self.context = nil
    }

    package func channelInactive(context: ChannelHandlerContext) {
        ended()
        context.fireChannelInactive()
    }

    package func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // Whatever went wrong below, the byte stream is not to be trusted any more; channelInactive tells the receiver.
        context.close(promise: nil)
    }

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var input = unwrapInboundIn(data)
        isReading = true
        decode(&input)
        if returnsBuffers { loop.receiveBuffers.giveBack(input) }
    }

    package func channelReadComplete(context: ChannelHandlerContext) {
        finishReading()
    }

    package func channelWritabilityChanged(context: ChannelHandlerContext) {
        guard context.channel.isWritable else { return }
        flush()
        if wasFull, context.channel.isWritable {
            wasFull = false
            receiver?.webSocketBecameWritable(self)
        }
    }

    // MARK: Reading

    /// Starts with what followed the upgrade request in its read.
    func start(_ leftover: ByteBuffer) {
        isReading = true
        // The 101 is written and waits for what is sent now.
        hasUnflushedWrites = true
        receiver?.webSocketOpened(self)
        var input = leftover
        decode(&input)
        finishReading()
    }

    private func finishReading() {
        guard isReading else { return }
        receiver?.webSocketReadComplete(self)
        isReading = false
        flush()
        loop.readCompleted()
    }

    private func decode(_ input: inout ByteBuffer) {
        if var earlier = held {
            // Only while paused: the channel had one more read under way.
            earlier.writeBuffer(&input)
            held = nil
            input = earlier
        }
        // Scratch buffer and decoder are out of their objects while they work: the cost is once a read instead of once a message. Swapped
        // and not copied, so that half a message is never shared and copied again with every read.
        var scratch = loop.takeScratch()
        var decoder = WebSocketDecoder(limits: self.decoder.limits)
        swap(&decoder, &self.decoder)
        defer {
            self.decoder = decoder
            loop.scratch = scratch
        }
        while closing.state != .finished {
            if isPaused {
                if input.readableBytes > 0 { held = ByteBuffer(bytes: input.readableBytesView) }
                return
            }
            decoder.limits.message = messageLimit
            do throws(WebSocketFault) {
                guard let event = try decoder.next(&input, scratch: &scratch) else { return }
                deliver(event)
            } catch {
                fail(error)
            }
        }
    }

    private func fail(_ fault: WebSocketFault) {
        let action = closing.fail()
        report(.fault(fault))
        if action == .sendAndEnd { append { $0.writeCloseFrame(fault.code, fault.message) } }
        end()
    }

    @inline(__always)
    private func deliver(_ event: WebSocketEvent) {
        // After our own close frame only the peer's is of interest.
        switch event {
        case .text(let text):
            if closing.state == .open { receiver?.webSocket(self, text: text) }
        case .binary(let binary):
            if closing.state == .open { receiver?.webSocket(self, binary: binary) }
        case .ping(let payload):
            if closing.state == .open { append { $0.writeWebSocketFrame(.pong, payload: payload) } }
        case .pong:
            break
        case .close(let code):
            let action = closing.peerClosed()
            report(.peerClosed(code))
            if action == .sendAndEnd { append { $0.writeCloseFrame(code, "") } }
            end()
        }
    }

    /// Stops decoding and reading. What has been read already waits.
    func pauseReading() {
        guard !isPaused else { return }
        isPaused = true
        applyReading()
    }

    func resumeReading() {
        guard isPaused else { return }
        isPaused = false
        guard !isReading else { return }
        if var input = held {
            held = nil
            isReading = true
            decode(&input)
            finishReading()
        }
        applyReading()
    }

    // MARK: Writing

    /// Whether what is queued is below the mark; droppable messages are dropped when not.
    var isWritable: Bool {
        guard let context, context.channel.isWritable else { return false }
        return true
    }

    /// Bytes the peer has not taken yet, as far as this side knows.
    var queuedBytes: Int {
        guard let context else { return 0 }
        let inChannel = (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
        return inChannel &+ batch.readableBytes
    }

    /// Adds frames to this turn's batch. `write` must append whole frames and must not send.
    @inline(__always)
    func append(_ write: (inout ByteBuffer) -> Void) {
        guard let context else { return }
        if batch.readableBytes == 0 { batch = loop.outboundBuffers.take() }
        write(&batch)
        if batch.readableBytes >= min(Self.earlyFlush, outboundLimit) || !context.channel.isWritable { relieve(context) }
        if !isReading { loop.markForFlush(self) }
    }

    /// Sends a text message.
    package func sendText(_ write: (inout ByteBuffer) -> Void) {
        guard closing.state == .open else { return }
        append { $0.writeWebSocketFrame(.text, write) }
    }

    /// Sends a message that exists already.
    package func send(_ payload: ByteBuffer, isText: Bool) {
        guard closing.state == .open else { return }
        append { $0.writeWebSocketFrame(isText ? .text : .binary, payload: payload) }
    }

    /// Sends frames that many connections share: the buffer goes to the channel as it is, after what was sent before it.
    func sendShared(_ frames: ByteBuffer) {
        guard closing.state == .open, let context else { return }
        guard context.channel.isWritable else {
            append { $0.writeImmutableBuffer(frames) }
            return
        }
        handBatch(to: context)
        context.write(wrapOutboundOut(frames), promise: nil)
        hasUnflushedWrites = true
        if !isReading { loop.markForFlush(self) }
    }

    /// The batch has grown, or the peer is slow: send early, or give up on a peer that is too far behind.
    private func relieve(_ context: ChannelHandlerContext) {
        if context.channel.isWritable {
            handBatch(to: context)
            context.flush()
            hasUnflushedWrites = false
            return cutIfLimited()
        }
        wasFull = true
        cutIfBehind()
    }

    /// A limit below the channel's own mark is not noticed by the channel.
    private func cutIfLimited() {
        if outboundLimit < Self.earlyFlush { cutIfBehind() }
    }

    private func cutIfBehind() {
        guard closing.state == .open, queuedBytes > outboundLimit else { return }
        batch.clear()
        receiver?.webSocketOverflowed(self)
    }

    private func handBatch(to context: ChannelHandlerContext) {
        guard batch.readableBytes > 0 else { return }
        let full = batch
        batch = ByteBuffer()
        context.write(wrapOutboundOut(full), promise: nil)
        loop.outboundBuffers.giveBack(full)
        hasUnflushedWrites = true
    }

    /// Sends what is gathered, unless the channel is still full: then it waits here, where it is counted.
    func flush() {
        guard let context else { return }
        if batch.readableBytes > 0, closing.state != .open || context.channel.isWritable { handBatch(to: context) }
        if hasUnflushedWrites {
            hasUnflushedWrites = false
            context.flush()
            cutIfLimited()
        }
    }

    // MARK: Closing

    /// Begins the closing handshake. The receiver is told at once that it is over.
    package func close(_ code: WebSocketCloseCode, _ reason: String = "") {
        guard closing.closeLocally() == .sendAndWait else { return }
        report(.local)
        guard context != nil else { return }
        append { $0.writeCloseFrame(code, reason) }
        guard !hasEnded else { return }
        armCloseDeadline()
        if isPaused {
            isPaused = false
            applyReading()
        }
    }

    /// Ends the connection once everything sent has left: our side first, so that the peer reads it all, then the rest by its own end or a
    /// deadline.
    private func end() {
        flush()
        // A flush that finds the peer gone ends the connection within the call.
        guard let context, !hasEnded else { return }
        armCloseDeadline()
        context.close(mode: .output, promise: nil)
    }

    private func armCloseDeadline() {
        guard closeDeadline == nil else { return }
        closeDeadline = loop.schedule(self, at: loop.now + loop.configuration.timeouts.close)
    }

    func abort() {
        _ = closing.expire()
        context?.close(promise: nil)
    }

    private func report(_ end: WebSocketEnd) {
        guard let told = receiver else { return }
        receiver = nil
        told.webSocketClosed(self, end)
    }

    private func ended() {
        hasEnded = true
        _ = closing.expire()
        if let deadline = closeDeadline { loop.cancel(deadline) }
        closeDeadline = nil
        held = nil
        batch = ByteBuffer()
        report(.lost)
        slot?.release()
        loop.remove(self)
    }
}

@available(*, unavailable)
extension WebSocketHandler: Sendable {}

extension WebSocketHandler: FlushTarget {
    func flushMarked() { flush() }
}

extension WebSocketHandler: LoopConnection {
    func applyReading() {
        try? context?.channel.syncOptions?.setOption(.autoRead, value: !isPaused && !loop.isReadingHeld)
    }

    func shutDown() { close(.goingAway, "shutdown") }

    var heldBytes: Int { decoder.heldBytes &+ (held?.capacity ?? 0) &+ queuedBytes }
}

extension WebSocketHandler: DeadlineTarget {
    package func deadlineReached(_ now: NIODeadline) {
        closeDeadline = nil
        abort()
    }
}

extension ByteBuffer {
    /// A close frame; the reason is cut to what a control frame holds, at a character.
    fileprivate mutating func writeCloseFrame(_ code: WebSocketCloseCode?, _ reason: String) {
        writeWebSocketFrame(.close) { payload in
            guard let code else { return }
            payload.writeInteger(code.maySend ? code.rawValue : WebSocketCloseCode.normal.rawValue)
            var left = 123
            for character in reason.unicodeScalars {
                let bytes = UTF8.width(character)
                guard bytes <= left else { break }
                left &-= bytes
                payload.writeString(String(character))
            }
        }
    }
}
