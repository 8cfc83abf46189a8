import GatehouseTLS
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// Moves a TCP connection to the event loop that owns its session, so that all of a session happens on one loop without locks. The
/// descriptor is duplicated, the old channel dropped (the peer notices nothing), and the bytes already read are played again on the new
/// loop. A peer that ends its half in the same moment moves like any other: what it sent last is still taken in.
final class ConnectionRelocation: Sendable {
    private struct Target: Sendable {
        var eventLoop: any EventLoop
        var loop: NIOLoopBound<EngineLoop>
    }

    private let targets = NIOLockedValueBox<[Target]>([])

    func add(_ loop: NIOLoopBound<EngineLoop>, on eventLoop: any EventLoop) {
        targets.withLockedValue { $0.append(Target(eventLoop: eventLoop, loop: loop)) }
    }

    private func target(_ index: UInt16) -> Target? {
        targets.withLockedValue { $0.indices.contains(Int(index)) ? $0[Int(index)] : nil }
    }

    /// Moves the connection whose request has just been read. False: it stays where it is, as there is no such loop, or it may not move now.
    func move(_ handler: HTTPConnectionHandler, _ context: ChannelHandlerContext, _ request: EngineRequest, to index: UInt16) -> Bool {
        guard let target = target(index) else { return false }
        // Answers to earlier requests that the kernel has not taken yet would be lost with the old channel.
        handler.send()
        guard context.channel.isActive else {
            // It broke as the answers were sent.
            Self.lose(request, target)
            return true
        }
        let unsent = (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 1
        guard unsent == 0 else { return false }
        handler.tls?.suspend()
        let descriptor = Self.duplicate(context)
        var replay = ByteBuffer(bytes: request.head.bytes)
        replay.writeImmutableBuffer(handler.handOver())
        let departure = Departure(request: request, replay: replay)
        context.eventLoop.assumeIsolated().execute {
            // TLS is done with this read only now.
            Self.leave(descriptor, handler.tls, departure, target)
            handler.slot?.release()
        }
        // At once: the rest of what the peer sent, and its end, are for the new channel to read.
        context.close(promise: nil)
        return true
    }

    /// A request on its way, with the bytes that are to be read again.
    private struct Departure: Sendable {
        let request: EngineRequest
        let replay: ByteBuffer
    }

    /// The channel's descriptor once more; negative where there is none left.
    private static func duplicate(_ context: ChannelHandlerContext) -> CInt {
        let handle = NIOBSDSocket.Handle.self
        do {
            return try context.pipeline.syncOperations.withUnsafeTransportIfAvailable(of: handle) { fcntl($0, F_DUPFD_CLOEXEC, 0) } ?? -1
        } catch {
            return -1
        }
    }

    /// Takes the TLS state along. When that fails, or there is no descriptor, the connection has ended, and its session learns of it.
    private static func leave(_ descriptor: CInt, _ tls: TLSHandler?, _ departure: Departure, _ target: Target) {
        guard descriptor >= 0 else { return lose(departure.request, target) }
        do throws(TLSError) {
            let detached = try tls?.detach()
            target.eventLoop.execute { adopt(descriptor, detached, departure, target) }
        } catch {
            close(descriptor)
            lose(departure.request, target)
        }
    }

    private static func lose(_ request: EngineRequest, _ target: Target) {
        target.eventLoop.execute { target.loop.value.requestLost(request) }
    }

    private static func adopt(_ descriptor: CInt, _ tls: DetachedTLS?, _ departure: Departure, _ target: Target) {
        let isTaken = NIOLoopBoundBox(false, eventLoop: target.eventLoop)
        ClientBootstrap(group: target.eventLoop)
            .channelInitializer { channel in
                // The channel has the descriptor from here on and closes it, whatever fails.
                isTaken.value = true
                return channel.eventLoop.makeCompletedFuture {
                    let loop = target.loop.value
                    let handler = tls.map { TLSHandler(adopting: $0, resources: loop.tlsResources, options: loop.tls?.options ?? .init()) }
                    try ConnectionSetup.adopt(channel, loop, departure.request.peer, tls: handler, replay: departure.replay)
                }
            }
            .withConnectedSocket(descriptor)
            .whenFailure { _ in
                if !isTaken.value { close(descriptor) }
                target.loop.value.requestLost(departure.request)
            }
    }
}
