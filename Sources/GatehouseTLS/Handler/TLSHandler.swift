import GatehouseLiveObjects
package import NIOCore

/// TLS for a NIO channel: ciphertext on the transport's side, plaintext on the application's.
///
/// Belongs to its channel's event loop. Writes are gathered until `flush` and leave as one channel write. Fires
/// ``TLSHandshakeCompleted`` as a user inbound event; errors are ``TLSError``, after which the channel is closed.
/// The end of the peer's half (`close_notify`) is fired as `ChannelEvent.inputClosed`.
package final class TLSHandler: ChannelDuplexHandler {
    package typealias InboundIn = ByteBuffer
    package typealias InboundOut = ByteBuffer
    package typealias OutboundIn = ByteBuffer
    package typealias OutboundOut = ByteBuffer

    enum Phase {
        /// The channel is not active yet.
        case waiting
        case running
        /// Received bytes are kept for another event loop's handler.
        case suspended
        /// Our `close_notify` is sent; the peer's is awaited.
        case closing
        /// Nothing more is done here; events pass through.
        case done
    }

    var phase = Phase.waiting
    var engine: TLSEngine
    var pending = PendingWrites()
    var deadline: TLSDeadline?
    var closePromise: EventLoopPromise<Void>?
    let options: TLSHandlerOptions
    private(set) var context: ChannelHandlerContext?
    private var resources: TLSLoopResources?
    private let mark: LiveMark?
    private var isProcessing = false
    private var flushRequested = false
    /// The application asked for bytes and has not been given any since.
    private var wantsRead = false
    private var hasStarted = false
    /// Answers to control messages that were added to a channel that is not writable, since it last was.
    private var untakenAnswers = 0

    /// - Parameter resources: those of the channel's event loop; without them the handler makes its own.
    package init(_ engine: TLSEngine, resources: TLSLoopResources? = nil, options: TLSHandlerOptions = .init()) {
        self.engine = engine
        self.resources = resources
        self.options = options
        mark = resources.map { LiveMark($0.live, .tlsConnections) }
    }

    /// The server's end of a new connection.
    package convenience init(
        server context: TLSContext, resources: TLSLoopResources? = nil, options: TLSHandlerOptions = .init()
    ) throws(TLSError) {
        self.init(try TLSEngine(server: context), resources: resources, options: options)
    }

    /// The client's end of a new connection to the named peer.
    package convenience init(
        client context: TLSContext, peer: TLSPeerName, resources: TLSLoopResources? = nil, options: TLSHandlerOptions = .init()
    ) throws(TLSError) {
        self.init(try TLSEngine(client: context, peer: peer), resources: resources, options: options)
    }

    /// Goes on with a connection that another event loop's handler gave up. What it had received is delivered when the channel is active.
    package convenience init(adopting detached: DetachedTLS, resources: TLSLoopResources? = nil, options: TLSHandlerOptions = .init()) {
        self.init(detached.take(), resources: resources, options: options)
        // Later handlers may answer, close or move the connection as soon as it is active, before this one has read its bytes.
        phase = .running
    }

    /// The result of the handshake; `nil` before its end.
    package var session: TLSHandshakeCompleted? { engine.session }

    // MARK: Life

    package func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        // An adopted connection may have bytes for handlers that are only being added behind this one.
        if context.channel.isActive {
            context.eventLoop.assumeIsolated().execute { self.start() }
        }
    }

    package func handlerRemoved(context: ChannelHandlerContext) {
        finish(TLSError(.closed, "The TLS handler was removed from its channel."))
        self.context = nil
    }

    package func channelActive(context: ChannelHandlerContext) {
        context.fireChannelActive()
        start()
    }

    package func channelInactive(context: ChannelHandlerContext) {
        // The handler that adopts the connection sees its end there, after the bytes kept here.
        guard phase != .suspended else { return context.fireChannelInactive() }
        let wasRunning = phase == .running
        finish(TLSError(.closed, "The connection was closed."))
        if wasRunning {
            do throws(TLSError) { try engine.receiveEnd() } catch { context.fireErrorCaught(error) }
        }
        context.fireChannelInactive()
    }

    private func start() {
        guard !hasStarted, let context else { return }
        hasStarted = true
        switch phase {
        case .waiting: phase = .running
        case .running: break
        case .suspended, .closing, .done: return
        }
        if engine.state == .handshaking {
            deadline = loopResources(context).schedule(self, in: options.handshakeTimeout)
            // Even if the application reads on demand only, the handshake must get its bytes.
            context.read()
            process(context)
        } else if engine.hasUnread {
            process(context)
            context.fireChannelReadComplete()
        } else if engine.state == .peerClosed {
            peerClosed(context)
        }
    }

    /// Resumes after a suspension without a move.
    func resume() {
        guard phase == .suspended, let context else { return }
        phase = .running
        process(context)
        context.fireChannelReadComplete()
        context.read()
    }

    // MARK: Inbound

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch phase {
        case .waiting, .suspended:
            engine.receive(unwrapInboundIn(data))
        case .running:
            engine.receive(unwrapInboundIn(data))
            process(context)
        case .closing:
            engine.receive(unwrapInboundIn(data))
            drain(context)
        case .done:
            break
        }
    }

    package func channelReadComplete(context: ChannelHandlerContext) {
        context.fireChannelReadComplete()
        switch phase {
        case .running where wantsRead || engine.state == .handshaking, .closing: context.read()
        default: break
        }
    }

    package func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { untakenAnswers = 0 }
        context.fireChannelWritabilityChanged()
    }

    package func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case .some(.inputClosed) = event as? ChannelEvent else { return context.fireUserInboundEventTriggered(event) }
        switch phase {
        case .running, .suspended:
            do throws(TLSError) {
                // After `close_notify` the application knows already; without it, this is a truncation.
                try engine.receiveEnd()
            } catch {
                fail(error, context)
            }
        case .closing: finishClosing(context)
        case .waiting, .done: context.fireUserInboundEventTriggered(event)
        }
    }

    /// Processes the received bytes as far as possible. Each step checks what the application did meanwhile (write, close, detach).
    private func process(_ context: ChannelHandlerContext) {
        guard !isProcessing else { return }
        isProcessing = true
        defer { isProcessing = false }
        do throws(TLSError) {
            if engine.state == .handshaking {
                let isOver = try engine.handshake()
                sendCiphertext(context)
                guard isOver else { return }
                handshakeIsOver(context)
            }
            try deliver(context)
        } catch {
            // The application may have closed the connection while it was given the data before the fault.
            switch phase {
            case .running: fail(error, context)
            case .closing: finishClosing(context)
            case .waiting, .suspended, .done: break
            }
        }
    }

    private func handshakeIsOver(_ context: ChannelHandlerContext) {
        deadline?.cancel()
        deadline = nil
        if let session = engine.session { context.fireUserInboundEventTriggered(session) }
        guard phase == .running, flushRequested else { return }
        flushRequested = false
        flush(context: context)
    }

    private func deliver(_ context: ChannelHandlerContext) throws(TLSError) {
        while phase == .running {
            let resources = loopResources(context)
            var plaintext = resources.takePlaintextBuffer(capacity: engine.readCapacity)
            var outcome: TLSEngine.ReadOutcome
            var failure: TLSError?
            do throws(TLSError) {
                repeat { outcome = try engine.read(into: &plaintext) } while outcome.hasMore && plaintext.writableBytes > 0
            } catch {
                outcome = .needsCiphertext
                failure = error
            }
            if plaintext.readableBytes > 0 {
                wantsRead = false
                context.fireChannelRead(wrapInboundOut(plaintext))
            }
            resources.giveBack(plaintext: plaintext)
            if let failure {
                sendCiphertext(context)
                throw failure
            }
            try sendAnswers(context)
            switch outcome {
            case .bytes: continue
            case .needsCiphertext: return
            case .peerClosed: return peerClosed(context)
            }
        }
    }

    package func read(context: ChannelHandlerContext) {
        // A connection that is being moved reads nothing more from the socket.
        if phase == .suspended { return }
        wantsRead = true
        context.read()
    }

    // MARK: Outbound

    package func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch phase {
        case .waiting, .running, .suspended:
            guard engine.canWrite || engine.state == .handshaking else {
                promise?.fail(TLSError(.closed, "The connection is not open for writing."))
                return
            }
            pending.append(unwrapOutboundIn(data), promise: promise)
            if engine.state == .handshaking, pending.byteCount > options.pendingWriteLimit {
                let message = "More than \(options.pendingWriteLimit) bytes were written before the handshake was over."
                fail(TLSError(.pendingWritesFull, message), context)
            }
        case .closing, .done:
            promise?.fail(TLSError(.closed, "The connection is closed for writing."))
        }
    }

    package func flush(context: ChannelHandlerContext) {
        guard engine.canWrite else {
            flushRequested = engine.state == .handshaking
            return
        }
        if !pending.isEmpty {
            do throws(TLSError) {
                try encryptPending(context)
            } catch {
                return fail(error, context)
            }
        }
        context.flush()
    }

    func encryptPending(_ context: ChannelHandlerContext) throws(TLSError) {
        let resources = loopResources(context)
        engine.reserveOutbound(forPlaintext: pending.byteCount) { resources.takeCiphertextBuffer(capacity: $0) }
        try engine.write(gathering: pending.buffers, in: &resources.gathering)
        pending.removeBuffers()
        let promise = pending.takePromise(on: context.eventLoop)
        if let ciphertext = engine.takeCiphertext() {
            context.write(wrapOutboundOut(ciphertext), promise: promise)
            resources.giveBack(ciphertext: ciphertext)
        } else {
            promise?.succeed(())
        }
    }

    /// Sends what libssl answers to control messages on its own. A peer that provokes answers and reads none would let them pile up, since
    /// no layer above counts them (SEC-24).
    private func sendAnswers(_ context: ChannelHandlerContext) throws(TLSError) {
        // The handler that adopts the connection sends them; this channel may be closed.
        guard phase != .suspended, let ciphertext = engine.takeCiphertext() else { return }
        untakenAnswers = context.channel.isWritable ? 0 : untakenAnswers &+ ciphertext.readableBytes
        guard untakenAnswers <= options.untakenAnswerLimit else {
            throw TLSError(.protocolViolation, "The peer takes none of the TLS control messages that it asks for.")
        }
        context.writeAndFlush(wrapOutboundOut(ciphertext), promise: nil)
    }

    /// Sends what libssl produced on its own: handshake flights, tickets, alerts, key updates.
    func sendCiphertext(_ context: ChannelHandlerContext) {
        guard let ciphertext = engine.takeCiphertext() else { return }
        context.writeAndFlush(wrapOutboundOut(ciphertext), promise: nil)
    }

    private func loopResources(_ context: ChannelHandlerContext) -> TLSLoopResources {
        if let resources { return resources }
        let own = TLSLoopResources(eventLoop: context.eventLoop)
        resources = own
        return own
    }

    func scheduleCloseDeadline(_ context: ChannelHandlerContext) {
        deadline = loopResources(context).schedule(self, in: options.closeTimeout)
    }
}

@available(*, unavailable)
extension TLSHandler: Sendable {}
