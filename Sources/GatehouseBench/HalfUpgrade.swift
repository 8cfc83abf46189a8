import GatehouseJSON
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix

/// A session in the middle of its upgrade: it has joined by polling, its WebSocket has been probed, and the last word is not said.
struct HalfUpgrade: Sendable {
    private let socket: RawSocket

    init(port: Int, namespace: String, token: String) async throws {
        let polling = try await RawSocket(port: port)
        let opened = try await polling.request("GET", "&transport=polling", until: "\"sid\":\"")
        let sid = String(opened.split(separator: "\"sid\":\"").last?.prefix { $0 != "\"" } ?? "")
        _ = try await polling.request("POST", "&transport=polling&sid=\(sid)", body: "40\(namespace),{\"token\":\"\(token)\"}", until: "ok")
        _ = try await polling.request("GET", "&transport=polling&sid=\(sid)", until: "40\(namespace),{\"sid\"")
        socket = try await RawSocket(port: port)
        _ = try await socket.request(
            "GET", "&transport=websocket&sid=\(sid)",
            fields:
                "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
            until: "\r\n\r\n")
        // A text frame of six bytes, masked with zeros.
        try await socket.send([0x81, 0x86, 0, 0, 0, 0] + Array("2probe".utf8))
        try await socket.see(Array("3probe".utf8))
        try await polling.close()
    }

    /// Waits for the close frame.
    func closed() async throws { try await socket.see([0x88, 0x02]) }
}

/// A TCP connection that remembers what it has read.
private final class RawSocket: Sendable {
    private struct State {
        var bytes: [UInt8] = []
        var awaited: (bytes: [UInt8], promise: EventLoopPromise<String>)?
    }

    private let state: NIOLockedValueBox<State>
    private let channel: any Channel

    init(port: Int) async throws {
        let state = NIOLockedValueBox(State())
        self.state = state
        channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Reader(state)) }
            }
            .connect(host: "127.0.0.1", port: port).get()
    }

    func send(_ bytes: [UInt8]) async throws { try await channel.writeAndFlush(ByteBuffer(bytes: bytes)) }

    func request(_ method: String, _ query: String, fields: String = "", body: String = "", until end: String) async throws -> String {
        state.withLockedValue { $0.bytes = [] }
        let length = body.isEmpty ? "" : "Content-Length: \(body.utf8.count)\r\n"
        let head = "\(method) /socket.io/?EIO=4\(query) HTTP/1.1\r\nHost: 127.0.0.1\r\n\(fields)\(length)\r\n"
        try await send(Array((head + body).utf8))
        return try await see(Array(end.utf8))
    }

    /// Waits until some bytes have come.
    @discardableResult
    func see(_ part: [UInt8]) async throws -> String {
        let promise = channel.eventLoop.makePromise(of: String.self)
        state.withLockedValue { state in
            if state.bytes.contains(part) {
                promise.succeed(String(decoding: state.bytes, as: UTF8.self))
            } else {
                state.awaited = (part, promise)
            }
        }
        return try await promise.futureResult.get()
    }

    func close() async throws { try await channel.close() }

    private final class Reader: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private let state: NIOLockedValueBox<State>

        init(_ state: NIOLockedValueBox<State>) { self.state = state }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let bytes = Array(unwrapInboundIn(data).readableBytesView)
            state.withLockedValue { state in
                state.bytes += bytes
                guard let awaited = state.awaited, state.bytes.contains(awaited.bytes) else { return }
                state.awaited = nil
                awaited.promise.succeed(String(decoding: state.bytes, as: UTF8.self))
            }
        }

        func channelInactive(context: ChannelHandlerContext) {
            state.withLockedValue { state in
                state.awaited?.promise.fail(ChannelError.eof)
                state.awaited = nil
            }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }
}
