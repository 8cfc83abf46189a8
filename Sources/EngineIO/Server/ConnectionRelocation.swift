import GatehouseTLS
import NIOConcurrencyHelpers
import NIOCore

/// Moves a TCP connection to the event loop that owns its session, so that all of a session happens on one loop without locks. The
/// descriptor is duplicated, the old channel dropped (the peer notices nothing), and the bytes already read are played again on the new
/// loop. A peer that closes its half at that moment moves like any other: its last bytes are still read.
final class ConnectionRelocation: Sendable {
    private struct Target: Sendable {
        var eventLoop: any EventLoop
        var loop: NIOLoopBound<EngineLoop>
    }

    private let targets = NIOLockedValueBox<[Target]>([])

    func add(_ loop: NIOLoopBound<EngineLoop>, on eventLoop: any EventLoop) {
        targets.withLockedValue { $0.append(Target(eventLoop: eventLoop, loop: loop)) }
    }

    /// Stops moving connections, and releases the loops.
    func end() { targets.withLockedValue { $0 = [] } }

    private func target(_ index: UInt16) -> Target? {
        targets.withLockedValue { $0.indices.contains(Int(index)) ? $0[Int(index)] : nil }
    }

    /// Moves the connection whose request has just been read. False: it stays, since there is no such loop or it may not move now.
    func move(_ handler: HTTPConnectionHandler, _ context: ChannelHandlerContext, _ request: EngineRequest, to index: UInt16) -> Bool {
        guard let target = target(index) else { return false }
        // Answers to earlier requests that the kernel has not taken yet would be lost with the old channel.
        handler.send()
        guard context.channel.isActive else {
            // The connection broke while its answers were sent.
            Self.lose(request, target)
            return true
        }
        let unsent = (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 1
        guard unsent == 0 else { return false }
        handler.tls?.suspend()
        let descriptor = MovedConnection.duplicate(context)
        var replay = ByteBuffer(bytes: request.head.bytes)
        replay.writeImmutableBuffer(handler.handOver())
        let departure = Departure(request: request, replay: replay, peer: handler.peer)
        context.eventLoop.assumeIsolated().execute {
            // TLS has finished this read only now.
            Self.leave(descriptor, handler.tls, departure, target)
            handler.slot?.release()
        }
        // At once: the new channel must read the rest of the peer's bytes, and its end.
        context.close(promise: nil)
        return true
    }

    /// A request on its way, with the bytes that are to be read again.
    private struct Departure: Sendable {
        let request: EngineRequest
        let replay: ByteBuffer
        let peer: ConnectionPeer
    }

    /// Moves the TLS state too. If that fails, or there is no descriptor, the connection has ended, and its session is told.
    private static func leave(_ descriptor: CInt, _ tls: TLSHandler?, _ departure: Departure, _ target: Target) {
        guard descriptor >= 0 else { return lose(departure.request, target) }
        do throws(TLSError) {
            let detached = try tls?.detach()
            target.eventLoop.execute { adopt(descriptor, detached, departure, target) }
        } catch {
            MovedConnection.discard(descriptor)
            lose(departure.request, target)
        }
    }

    private static func lose(_ request: EngineRequest, _ target: Target) {
        target.eventLoop.execute { target.loop.value.requestLost(request) }
    }

    private static func adopt(_ descriptor: CInt, _ tls: DetachedTLS?, _ departure: Departure, _ target: Target) {
        MovedConnection.adopt(descriptor, on: target.eventLoop) { channel in
            let loop = target.loop.value
            let handler = tls.map { TLSHandler(adopting: $0, resources: loop.tlsResources, options: loop.tls?.options ?? .init()) }
            try ConnectionSetup.adopt(channel, loop, departure.peer, tls: handler, replay: departure.replay)
        } failed: {
            target.loop.value.requestLost(departure.request)
        }
    }
}
