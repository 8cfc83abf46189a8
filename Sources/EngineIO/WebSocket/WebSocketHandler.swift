package import GatehouseJSON
import GatehouseNetwork
package import NIOCore

/// A connection after its upgrade: bytes in, messages out, replies gathered and flushed once a turn. The only handler in the pipeline but
/// TLS.
///
/// Properties that each message uses are not checked for exclusive access: only the event loop touches them, and no change of one calls out.
package final class WebSocketHandler: ChannelInboundHandler, RemovableChannelHandler {
    package typealias InboundIn = ByteBuffer
    package typealias OutboundOut = ByteBuffer

    let loop: EngineLoop
    let slot: ConnectionSlot?
    @safe @exclusivity(unchecked) private var receiver: (any WebSocketReceiver)?
    @safe @exclusivity(unchecked) private var decoder: WebSocketDecoder
    @safe @exclusivity(unchecked) private var context: ChannelHandlerContext?
    @safe @exclusivity(unchecked) var closing = CloseHandshake()
    var closeDeadline: DeadlineWheel<any DeadlineTarget>.Handle?
    /// Output that has not been written to the channel yet. What appends to it must not send (``append(_:)``).
    @safe @exclusivity(unchecked) private var batch = ByteBuffer()
    /// Whether the channel takes more, as it said last: to ask it costs as much as a short frame.
    @safe @exclusivity(unchecked) private var isChannelWritable = false
    @safe @exclusivity(unchecked) private var hasUnflushedWrites = false
    /// Bytes given to the channel since the last flush. With TLS in between the channel does not know of them yet.
    @safe @exclusivity(unchecked) private var unflushed = 0
    @safe @exclusivity(unchecked) private var isReading = false
    @safe @exclusivity(unchecked) private var isPaused = false
    /// Whether the channel reads by itself: what `isPaused` asks for, as of the end of the last read.
    private var readsByItself = true
    @safe @exclusivity(unchecked) private var wasFull = false
    @safe @exclusivity(unchecked) private var hasEnded = false
    /// An error came from below.
    @safe @exclusivity(unchecked) private var isBroken = false
    /// Bytes read but not decoded, because reading was paused.
    private var held: ByteBuffer?
    var isMarkedForFlush = false
    /// Whether TLS is in between: what is read is not the loop's receive buffer then.
    var isSecure = false

    /// A batch of this many bytes does not wait for the end of the turn.
    private static let earlyFlush = 65_536
    /// The most bytes that wait while reading is paused: the rest of one read, and one more that was under way. Checked, since a channel
    /// whose peer has closed its half is read to its end all the same.
    private static let undecoded = 2 * ReceiveBuffers.Size.webSocket.rawValue
    /// With this many bytes unsent by the kernel, further output waits in the batch.
    static let untaken = ChannelOptions.Types.WriteBufferWaterMark(low: 32_768, high: earlyFlush)

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

    /// Bytes that the peer may leave unread before it is cut.
    var outboundLimit: Int

    var isOpen: Bool { closing.state == .open && context != nil }

    // MARK: Channel events

    package func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        isChannelWritable = context.channel.isWritable
        loop.add(self)
        slot?.belongs(to: self)
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
        // After any error below, the byte stream is not trusted any more; channelInactive tells the receiver.
        isBroken = true
        context.close(promise: nil)
    }

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var input = unwrapInboundIn(data)
        isReading = true
        decode(&input)
        if !isSecure { loop.receiveBuffers.giveBack(input) }
    }

    package func channelReadComplete(context: ChannelHandlerContext) {
        finishReading()
    }

    package func channelWritabilityChanged(context: ChannelHandlerContext) {
        isChannelWritable = context.channel.isWritable
        guard isChannelWritable else { return }
        flush()
        if wasFull, isChannelWritable {
            wasFull = false
            receiver?.webSocketBecameWritable(self)
        }
    }

    // MARK: Reading

    /// Starts with the bytes that followed the upgrade request.
    func start(_ leftover: ByteBuffer) {
        isReading = true
        // The 101 is written and leaves with the output of this turn.
        hasUnflushedWrites = true
        receiver?.webSocketOpened(self)
        var input = leftover
        decode(&input)
        finishReading()
    }

    private func finishReading() {
        guard isReading else { return }
        endRead()
        settle()
        loop.readCompleted(self)
    }

    private func endRead() {
        receiver?.webSocketReadComplete(self)
        isReading = false
        flush()
    }

    /// Applies the receiver's last request: it may pause and resume within one call, or resume after a pause in the same read.
    private func settle() {
        while !isPaused, var input = held {
            held = nil
            isReading = true
            decode(&input)
            endRead()
        }
        applyReading()
    }

    private func decode(_ input: inout ByteBuffer) {
        if isPaused { return hold(&input) }
        if var earlier = held {
            // Resumed within the same read.
            held = nil
            earlier.writeBuffer(&input)
            input = earlier
        }
        // The scratch buffer is moved out of the loop while it is in use: a decoder within this one gets a buffer of its own.
        var scratch = loop.takeScratch()
        defer { loop.scratch = scratch }
        while closing.state != .finished {
            if isPaused { return hold(&input) }
            decoder.limits.message = messageLimit
            do throws(WebSocketFault) {
                guard let event = try decoder.next(&input, scratch: &scratch) else { return }
                deliver(event)
            } catch {
                fail(error)
            }
        }
    }

    /// Copies the bytes that may not be decoded now, so that the loop's buffer is free.
    private func hold(_ input: inout ByteBuffer) {
        guard input.readableBytes > 0, closing.state != .finished else { return }
        guard (held?.readableBytes ?? 0) &+ input.readableBytes <= Self.undecoded else { return abort() }
        if held == nil { held = ByteBuffer(bytes: input.readableBytesView) } else { held?.writeBuffer(&input) }
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

    /// Stops decoding and reading. Bytes that were read already wait.
    func pauseReading() { setPaused(true) }

    func resumeReading() { setPaused(false) }

    private func setPaused(_ pauses: Bool) {
        guard isPaused != pauses else { return }
        isPaused = pauses
        if !isReading { settle() }
    }

    // MARK: Writing

    /// Whether what is queued is below the mark; droppable messages are dropped when not.
    var isWritable: Bool { context != nil && isChannelWritable }

    /// Bytes that the peer has not read yet, as far as this side knows.
    var queuedBytes: Int {
        guard let context else { return 0 }
        let inChannel = (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
        return inChannel &+ batch.readableBytes &+ (isSecure ? unflushed : 0)
    }

    /// Adds frames to this turn's batch. `write` must append whole frames and must not send.
    @inline(__always)
    func append(_ write: (inout ByteBuffer) -> Void) {
        guard let context else { return }
        if batch.readableBytes == 0 { batch = loop.outboundBuffers.take() }
        write(&batch)
        if batch.readableBytes >= min(Self.earlyFlush, outboundLimit) || !isChannelWritable { relieve(context) }
        if !isReading { loop.markForFlush(self) }
    }

    /// Sends a text message.
    package func sendText(_ write: (inout BufferWriter) -> Void) {
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
        guard isChannelWritable else {
            append { $0.writeImmutableBuffer(frames) }
            return
        }
        handBatch(to: context)
        write(frames, to: context)
        if unflushed >= Self.earlyFlush { flush(context) }
        if !isReading { loop.markForFlush(self) }
    }

    /// The batch has grown, or the peer is slow: send early, or give up on a peer that is too far behind.
    private func relieve(_ context: ChannelHandlerContext) {
        // Bytes that were never offered to the kernel say nothing about the peer.
        if !isChannelWritable, hasUnflushedWrites { flush(context) }
        if isChannelWritable {
            handBatch(to: context)
            return flush(context)
        }
        wasFull = true
        cutIfBehind()
    }

    /// Flushes the channel to the kernel, and gives up on a peer that leaves too much unread.
    private func flush(_ context: ChannelHandlerContext) {
        hasUnflushedWrites = false
        unflushed = 0
        context.flush()
        // A writable channel holds less than any limit of at least `earlyFlush`.
        guard outboundLimit < Self.earlyFlush || !isChannelWritable else { return }
        wasFull = wasFull || !isChannelWritable
        cutIfBehind()
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
        write(full, to: context)
        loop.outboundBuffers.giveBack(full)
    }

    @inline(__always)
    private func write(_ bytes: ByteBuffer, to context: ChannelHandlerContext) {
        hasUnflushedWrites = true
        unflushed &+= bytes.readableBytes
        context.write(wrapOutboundOut(bytes), promise: nil)
    }

    /// Sends the batch, unless the channel is still full: then it waits here, where it is counted.
    func flush() {
        guard let context else { return }
        if batch.readableBytes > 0, closing.state != .open || isChannelWritable { handBatch(to: context) }
        if hasUnflushedWrites { flush(context) }
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
        // The peer's close frame is due.
        resumeReading()
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
        report(isBroken ? .broken : .lost)
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
        let reads = !isPaused && !loop.isReadingHeld
        guard readsByItself != reads else { return }
        readsByItself = reads
        try? context?.channel.syncOptions?.setOption(.autoRead, value: reads)
    }

    func shutDown() { close(.goingAway, "shutdown") }

    var isBeingAnswered: Bool { true }

    var heldBytes: Int { decoder.heldBytes &+ (held?.capacity ?? 0) &+ queuedBytes }
}

extension WebSocketHandler: MakesRoom {
    func makeRoom() {
        guard slot?.isWelcome != true else { return }
        loop.noteTurnedAway(.madeRoom, from: slot?.peer ?? .unknown)
        close(.overload, "overload")
    }
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
            let number = (code.maySend ? code : .normal).rawValue
            payload.writeInteger(UInt8(truncatingIfNeeded: number &>> 8))
            payload.writeInteger(UInt8(truncatingIfNeeded: number))
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
