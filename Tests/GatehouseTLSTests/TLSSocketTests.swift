import Foundation
import NIOCore
import NIOPosix
import Testing

@testable import GatehouseTLS

@Suite("TLS over real sockets")
struct TLSSocketTests {
    /// Sends everything, keeps what comes back, and is done when the channel closes.
    private final class Sender: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer
        private let bytes: ByteBuffer
        private let done: EventLoopPromise<ByteBuffer>
        private var received = ByteBuffer()

        init(_ bytes: ByteBuffer, done: EventLoopPromise<ByteBuffer>) {
            self.bytes = bytes
            self.done = done
        }

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            guard event is TLSHandshakeCompleted else { return }
            context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            var buffer = unwrapInboundIn(data)
            received.writeBuffer(&buffer)
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { done.fail(error) }

        func channelInactive(context: ChannelHandlerContext) { done.succeed(received) }
    }

    private func exchange(_ bytes: ByteBuffer, port: Int, client: TLSContext) async throws -> ByteBuffer {
        let group = MultiThreadedEventLoopGroup.singleton
        let loop = group.next()
        let done = loop.makePromise(of: ByteBuffer.self)
        let peer = try TLSPeerName("localhost")
        _ = try await ClientBootstrap(group: loop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandlers([
                        TLSHandler(client: client, peer: peer), Sender(bytes, done: done),
                    ])
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        let timeout = loop.scheduleTask(in: .seconds(60)) { done.fail(ChannelError.connectTimeout(.seconds(60))) }
        defer { timeout.cancel() }
        return try await done.futureResult.get()
    }

    private static func pattern(_ count: Int) -> ByteBuffer {
        ByteBuffer(bytes: (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) })
    }

    @Test("A mebibyte goes both ways, and both sides end in order", arguments: [TestOpenSSL.tls12, TestOpenSSL.tls13])
    func mebibyte(version: Int32) async throws {
        let authority = try TestAuthority()
        let bytes = Self.pattern(1 << 20)
        let server = try await EchoServer(authority.server(), limit: bytes.readableBytes)
        let client = try authority.client()
        client.limit(toVersion: version)
        let received = try await exchange(bytes, port: server.port, client: client)
        #expect(received == bytes)
        try await server.stop()
    }

    @Test("openssl s_client sends and receives a mebibyte", arguments: ["-tls1_2", "-tls1_3"])
    func openSSLClient(version: String) async throws {
        let authority = try TestAuthority()
        let bytes = Self.pattern(1 << 20)
        let server = try await EchoServer(authority.server(), limit: bytes.readableBytes)
        try authority.directory.write(Array(buffer: bytes), to: "input")
        try authority.directory.write([], to: "output")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "timeout", "60", "openssl", "s_client", "-quiet", version, "-connect", "127.0.0.1:\(server.port)", "-servername", "localhost",
            "-CAfile", authority.authorityPath, "-verify_hostname", "localhost", "-verify_return_error", "-alpn", "http/1.1",
        ]
        process.standardInput = FileHandle(forReadingAtPath: authority.directory.file("input"))
        process.standardOutput = FileHandle(forWritingAtPath: authority.directory.file("output"))
        process.standardError = FileHandle.nullDevice
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            process.terminationHandler = { _ in continuation.resume() }
            do { try process.run() } catch { continuation.resume(throwing: error) }
        }
        let output = try Data(contentsOf: URL(fileURLWithPath: authority.directory.file("output")))
        #expect(output == Data(bytes.readableBytesView))
        try await server.stop()
    }
}
