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
/// loop.
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

    func canMove(to index: UInt16) -> Bool { target(index) != nil }

    /// Moves the connection whose request `head` has just been read. False: it stays where it is.
    func move(_ handler: HTTPConnectionHandler, _ context: ChannelHandlerContext, _ head: HTTPRequestHead, to index: UInt16) -> Bool {
        // Answers to earlier requests that the kernel has not taken yet would be lost with the old channel.
        handler.send()
        let unsent = (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 1
        guard unsent == 0, let target = target(index) else { return false }
        let tls = try? context.pipeline.syncOperations.handler(type: TLSHandler.self)
        tls?.suspend()
        // What TLS still holds or the socket still brings stays with it; what we have read goes along.
        var replay = ByteBuffer(bytes: head.bytes)
        replay.writeImmutableBuffer(handler.handOver())
        let whole = replay
        context.eventLoop.assumeIsolated().execute {
            Self.detach(context, tls, target, whole)
            handler.slot?.release()
        }
        return true
    }

    /// Takes descriptor and TLS state off the old channel. When that fails the connection ends: its client asks again on a new one.
    private static func detach(_ context: ChannelHandlerContext, _ tls: TLSHandler?, _ target: Target, _ replay: ByteBuffer) {
        guard context.channel.isActive,
            let descriptor = try? context.pipeline.syncOperations.withUnsafeTransportIfAvailable(
                of: NIOBSDSocket.Handle.self,
                { fcntl($0, F_DUPFD_CLOEXEC, 0) }
            ), descriptor >= 0
        else { return context.close(promise: nil) }
        do {
            let detached = try tls?.detach()
            context.close(promise: nil)
            target.eventLoop.execute { adopt(descriptor, detached, target, replay) }
        } catch {
            close(descriptor)
            context.close(promise: nil)
        }
    }

    private static func adopt(_ descriptor: CInt, _ tls: DetachedTLS?, _ target: Target, _ replay: ByteBuffer) {
        let isTaken = NIOLoopBoundBox(false, eventLoop: target.eventLoop)
        ClientBootstrap(group: target.eventLoop)
            .channelInitializer { channel in
                // The channel has the descriptor from here on and closes it, whatever fails.
                isTaken.value = true
                return channel.eventLoop.makeCompletedFuture {
                    let loop = target.loop.value
                    let handler = tls.map { TLSHandler(adopting: $0, resources: loop.tlsResources, options: loop.tls?.options ?? .init()) }
                    try ConnectionSetup.adopt(channel, loop, tls: handler, replay: replay)
                }
            }
            .withConnectedSocket(descriptor)
            .whenFailure { _ in
                if !isTaken.value { close(descriptor) }
            }
    }
}
