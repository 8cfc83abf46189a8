package import NIOCore
import NIOPosix

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Measures the longest turn of an event loop: what the sockets of others wait for while somebody holds it up.
///
/// It is a socket of the loop that sends itself a datagram on every read, so that it sees what clients see: tasks that follow each other
/// without a look at the sockets are one turn. Turns are measured in CPU time of the loop's thread, so that a busy machine makes none longer.
package final class TurnProbe: ChannelInboundHandler {
    package typealias InboundIn = AddressedEnvelope<ByteBuffer>
    package typealias OutboundOut = AddressedEnvelope<ByteBuffer>

    private var last: Double?
    private(set) var longest = 0.0
    private(set) var turns = 0

    /// - Returns: the longest turn in milliseconds while `body` ran, and how many there were.
    package static func longest(
        on group: any EventLoopGroup, _ body: () async throws -> Void
    ) async throws -> (milliseconds: Double, turns: Int) {
        let channel = try await DatagramBootstrap(group: group)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(TurnProbe()) }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let result: Result<Void, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        let measured = try await channel.eventLoop.submit {
            let probe = try channel.pipeline.syncOperations.handler(type: TurnProbe.self)
            // The turn in which it ended counts.
            probe.note()
            return (probe.longest, probe.turns)
        }.get()
        try await channel.close().get()
        try result.get()
        return measured
    }

    package func channelActive(context: ChannelHandlerContext) { send(context) }

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        note()
        send(context)
    }

    private func send(_ context: ChannelHandlerContext) {
        guard let address = context.channel.localAddress else { return }
        context.writeAndFlush(wrapOutboundOut(AddressedEnvelope(remoteAddress: address, data: ByteBuffer(string: "."))), promise: nil)
    }

    private func note() {
        var time = timespec()
        unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        let now = Double(time.tv_sec) * 1_000 + Double(time.tv_nsec) / 1_000_000
        if let last { longest = max(longest, now - last) }
        last = now
        turns += 1
    }
}

@available(*, unavailable)
extension TurnProbe: Sendable {}
