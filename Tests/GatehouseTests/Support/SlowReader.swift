import GatehouseTestSupport
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import Testing

/// A client that has joined `/` over a WebSocket and reads nothing until it is told to; its kernel takes little for it.
final class SlowReader: Sendable {
    struct Frame {
        var opcode: UInt8
        var payload: [UInt8]

        var text: String { String(decoding: payload, as: UTF8.self) }
        var closeCode: UInt16? { opcode == 8 && payload.count >= 2 ? UInt16(payload[0]) << 8 | UInt16(payload[1]) : nil }
    }

    private let channel: any Channel
    private let received: NIOLockedValueBox<ByteBuffer>

    init(_ server: TestServer, subject: String) async throws {
        let received = NIOLockedValueBox(ByteBuffer())
        self.received = received
        let port = Int(server.url.split(separator: ":").last ?? "") ?? 0
        channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.socketOption(.so_rcvbuf), value: 4_096)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Collector(received)) }
            }
            .connect(host: "127.0.0.1", port: port).get()
        let head =
            "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        try await channel.writeAndFlush(ByteBuffer(string: head))
        try await server.eventually { received.withLockedValue { Self.skip(through: "\r\n\r\n", in: &$0) } }
        let token = try TestTokens.token(subject, now: server.clock.wallMilliseconds / 1_000)
        try await channel.writeAndFlush(Self.frame("40{\"token\":\"\(token)\"}"))
        try await server.eventually {
            guard let frame = received.withLockedValue({ Self.take(&$0) }) else { return false }
            return frame.text.hasPrefix("40{")
        }
        try await channel.setOption(.autoRead, value: false).get()
    }

    /// Sends a packet, which needs no reading.
    func send(_ text: String) async throws { try await channel.writeAndFlush(Self.frame(text)) }

    /// Reads from now on.
    func resume() async throws { try await channel.setOption(.autoRead, value: true).get() }

    /// The next frame; nil while it is not whole.
    func frame() -> Frame? { received.withLockedValue { Self.take(&$0) } }

    /// A text frame that is masked with zeros.
    private static func frame(_ text: String) -> ByteBuffer {
        let count = text.utf8.count
        var bytes = ByteBuffer(bytes: [0x81, 0x80 | UInt8(min(count, 126))])
        if count > 125 { bytes.writeInteger(UInt16(count)) }
        bytes.writeInteger(UInt32(0))
        bytes.writeString(text)
        return bytes
    }

    private static func skip(through end: String, in bytes: inout ByteBuffer) -> Bool {
        let view = bytes.readableBytesView
        guard let range = view.firstRange(of: Array(end.utf8)) else { return false }
        bytes.moveReaderIndex(forwardBy: view.distance(from: view.startIndex, to: range.upperBound))
        return true
    }

    private static func take(_ bytes: inout ByteBuffer) -> Frame? {
        var copy = bytes
        guard let opcode: UInt8 = copy.readInteger(), let short: UInt8 = copy.readInteger() else { return nil }
        var length = Int(short)
        if short == 126 {
            guard let long: UInt16 = copy.readInteger() else { return nil }
            length = Int(long)
        } else if short == 127 {
            guard let long: UInt64 = copy.readInteger() else { return nil }
            length = Int(clamping: long)
        }
        guard let payload = copy.readBytes(length: length) else { return nil }
        bytes = copy
        return Frame(opcode: opcode & 0x0F, payload: payload)
    }

    private final class Collector: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private let received: NIOLockedValueBox<ByteBuffer>

        init(_ received: NIOLockedValueBox<ByteBuffer>) { self.received = received }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let bytes = unwrapInboundIn(data)
            received.withLockedValue { _ = $0.writeImmutableBuffer(bytes) }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }
}
