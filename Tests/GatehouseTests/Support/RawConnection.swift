import GatehouseTestSupport
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix

/// A TCP connection over which a test sends text, and sees what comes.
final class RawConnection: Sendable {
    private struct State {
        var text = ""
        var hasEnded = false
    }

    private let state: NIOLockedValueBox<State>
    private let channel: any Channel

    init(port: Int) async throws {
        let state = NIOLockedValueBox(State())
        self.state = state
        channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Collector(state)) }
            }
            .connect(host: "127.0.0.1", port: port).get()
    }

    /// All that has come so far.
    var text: String { state.withLockedValue { $0.text } }

    /// Whether the peer has ended the connection.
    var hasEnded: Bool { state.withLockedValue { $0.hasEnded } }

    func send(_ text: String) async throws { try await channel.writeAndFlush(ByteBuffer(string: text)) }

    /// Waits until a text has come.
    func see(_ part: String) async throws { try await eventually("\"\(part)\" after: \(text)") { text.contains(part) } }

    /// Waits for the end of the connection, and gives all that has come.
    func end() async throws -> String {
        try await eventually("the end after: \(text)") { hasEnded }
        return text
    }

    func close() async throws { try await channel.close() }

    private final class Collector: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private let state: NIOLockedValueBox<State>

        init(_ state: NIOLockedValueBox<State>) { self.state = state }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let part = String(buffer: unwrapInboundIn(data))
            state.withLockedValue { $0.text += part }
        }

        func channelInactive(context: ChannelHandlerContext) { state.withLockedValue { $0.hasEnded = true } }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }
}
