import Gatehouse
import GatehouseTestSupport
import NIOCore
import NIOHTTP1
import NIOPosix

/// Somebody else's HTTP server, which the gateway is mounted on. It answers every request with its method, its path and the size of its
/// body; those for `/slow` when the test lets it.
struct HostServer: Sendable {
    let port: Int
    let slow = Latch()
    private let channel: any Channel

    init(mounting gateway: RunningServer, host: String = "127.0.0.1") async throws {
        let slow = slow
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try gateway.mount(on: channel)
                    try channel.pipeline.syncOperations.addHandler(Answers(slow))
                }
            }
            .bind(host: host, port: 0).get()
        port = channel.localAddress?.port ?? 0
    }

    var url: String { "http://127.0.0.1:\(port)" }

    func stop() async throws { try await channel.close() }

    private final class Answers: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart
        private let slow: Latch
        private var head: HTTPRequestHead?
        private var size = 0

        init(_ slow: Latch) { self.slow = slow }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head): (self.head, size) = (head, 0)
            case .body(let part): size += part.readableBytes
            case .end:
                guard let head else { return }
                let text = "theirs \(head.method) \(head.uri) \(size)"
                guard head.uri == "/slow" else { return answer(text, context) }
                let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
                let (slow, eventLoop) = (slow, context.eventLoop)
                Task {
                    await slow.wait()
                    eventLoop.execute { bound.value.0.answer(text, bound.value.1) }
                }
            }
        }

        private func answer(_ text: String, _ context: ChannelHandlerContext) {
            let fields: HTTPHeaders = ["content-length": "\(text.utf8.count)"]
            context.write(wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: .ok, headers: fields))), promise: nil)
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: text)))), promise: nil)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
            if head?.isKeepAlive == false { context.close(promise: nil) }
        }
    }
}
