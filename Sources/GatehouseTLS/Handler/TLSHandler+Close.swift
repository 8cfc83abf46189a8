package import NIOCore

/// A user outbound event: close the transport at once, without waiting for the peer's `close_notify`. For peers that do not read.
package struct TLSAbort: Sendable {
    package init() {}
}

extension TLSHandler {
    package func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        switch (phase, mode) {
        case (.running, .all): beginClosing(context, promise: promise)
        case (.running, .output):
            pending.fail(TLSError(.closed, "The connection was closed before this write was flushed."))
            engine.close()
            sendCiphertext(context)
            context.close(mode: .output, promise: promise)
        case (.closing, .all): chain(promise)
        default: context.close(mode: mode, promise: promise)
        }
    }

    package func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        guard event is TLSAbort else { return context.triggerUserOutboundEvent(event, promise: promise) }
        finish(TLSError(.closed, "The connection was aborted."))
        context.close(mode: .all, promise: promise)
    }

    /// The peer has ended its half: tell the application, and end ours too unless the channel was set up for half-closed connections.
    func peerClosed(_ context: ChannelHandlerContext) {
        // Answers to what came before it wait for the end of the read.
        context.fireChannelReadComplete()
        guard phase == .running else { return }
        context.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        guard phase == .running else { return }
        let staysHalfOpen = (try? context.channel.syncOptions?.getOption(.allowRemoteHalfClosure)) ?? false
        if !staysHalfOpen { beginClosing(context, promise: nil) }
    }

    /// While closing, data is of no more interest; only the peer's `close_notify` is.
    func drain(_ context: ChannelHandlerContext) {
        var discarded = ByteBuffer()
        while phase == .closing {
            discarded.clear()
            let outcome: TLSEngine.ReadOutcome
            do throws(TLSError) { outcome = try engine.read(into: &discarded) } catch { return finishClosing(context) }
            switch outcome {
            case .bytes: continue
            case .needsCiphertext: return
            case .peerClosed: return finishClosing(context)
            }
        }
    }

    /// Closes the transport: both sides have closed, or waiting is over.
    func finishClosing(_ context: ChannelHandlerContext) {
        let promise = closePromise
        closePromise = nil
        finish(TLSError(.closed, "The connection was closed."))
        context.close(mode: .all, promise: promise)
    }

    /// Ends the connection because of an error. libssl's alert leaves first.
    func fail(_ error: TLSError, _ context: ChannelHandlerContext) {
        sendCiphertext(context)
        finish(error)
        context.fireErrorCaught(error)
        context.close(mode: .all, promise: nil)
    }

    /// Fails everything that waits.
    func finish(_ error: TLSError) {
        phase = .done
        deadline?.cancel()
        deadline = nil
        pending.fail(error)
        let promise = closePromise
        closePromise = nil
        promise?.succeed(())
    }

    func deadlinePassed() {
        guard let context else { return }
        switch phase {
        case .running where engine.state == .handshaking:
            fail(TLSError(.handshakeTimeout, "The TLS handshake was not over after \(options.handshakeTimeout)."), context)
        case .closing: finishClosing(context)
        default: break
        }
    }

    private func beginClosing(_ context: ChannelHandlerContext, promise: EventLoopPromise<Void>?) {
        pending.fail(TLSError(.closed, "The connection was closed before this write was flushed."))
        closePromise = promise
        phase = .closing
        guard engine.state != .handshaking else { return finishClosing(context) }
        engine.close()
        sendCiphertext(context)
        guard engine.state == .localClosed else { return finishClosing(context) }
        deadline?.cancel()
        scheduleCloseDeadline(context)
        drain(context)
        if phase == .closing { context.read() }
    }

    private func chain(_ promise: EventLoopPromise<Void>?) {
        guard let promise else { return }
        if let closePromise {
            closePromise.futureResult.cascade(to: promise)
        } else {
            closePromise = promise
        }
    }
}
