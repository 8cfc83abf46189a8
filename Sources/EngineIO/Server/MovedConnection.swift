import NIOCore
import NIOPosix

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// A TCP connection between two channels, as a descriptor of its own. Its owner discards it, or has it adopted.
enum MovedConnection {
    /// The channel's descriptor once more; negative where there is none left.
    static func duplicate(_ context: ChannelHandlerContext) -> CInt {
        let handle = NIOBSDSocket.Handle.self
        do {
            return try context.pipeline.syncOperations.withUnsafeTransportIfAvailable(of: handle) { fcntl($0, F_DUPFD_CLOEXEC, 0) } ?? -1
        } catch {
            return -1
        }
    }

    static func discard(_ descriptor: CInt) { close(descriptor) }

    /// Makes a channel of it. On its new event loop.
    /// - Parameter failed: the connection has ended instead.
    static func adopt(
        _ descriptor: CInt, on eventLoop: any EventLoop, setUp: @escaping @Sendable (any Channel) throws -> Void,
        failed: @escaping @Sendable () -> Void
    ) {
        let isTaken = NIOLoopBoundBox(false, eventLoop: eventLoop)
        ClientBootstrap(group: eventLoop)
            .channelInitializer { channel in
                // The channel has the descriptor from here on and closes it, whatever fails.
                isTaken.value = true
                return channel.eventLoop.makeCompletedFuture { try setUp(channel) }
            }
            .withConnectedSocket(descriptor)
            .whenFailure { _ in
                if !isTaken.value { close(descriptor) }
                failed()
            }
    }
}
