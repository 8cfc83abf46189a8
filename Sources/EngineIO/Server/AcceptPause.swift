import NIOCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Pauses accepting while the process has no descriptors, or the system no memory, for a connection (SEC-46). The listening socket stays
/// readable meanwhile; a loop that kept accepting would do nothing else.
final class AcceptPause: ChannelInboundHandler {
    typealias InboundIn = any Channel

    /// How long nothing is accepted. It is well within the two seconds in which a server must recover once descriptors are free (R15).
    private static let length: TimeAmount = .milliseconds(250)
    private static let shortages: Set<CInt> = [EMFILE, ENFILE, ENOBUFS, ENOMEM]
    private var isPaused = false

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let shortage = error as? IOError, Self.shortages.contains(shortage.errnoCode) else { return context.fireErrorCaught(error) }
        guard !isPaused else { return }
        isPaused = true
        setAccepting(false, context.channel)
        let channel = context.channel
        context.eventLoop.assumeIsolated().scheduleTask(in: Self.length) { [self] in
            isPaused = false
            setAccepting(true, channel)
        }
    }

    private func setAccepting(_ accepts: Bool, _ channel: any Channel) {
        // The listener may have been closed meanwhile.
        try? channel.syncOptions?.setOption(.autoRead, value: accepts)
    }
}

@available(*, unavailable)
extension AcceptPause: Sendable {}
