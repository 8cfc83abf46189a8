import GatehouseTLS
import GatehouseTestSupport
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// A TCP client that sends raw bytes and waits for what it wants to see.
final class RawClient: Sendable {
    struct Ended: Error, CustomStringConvertible {
        var received: String
        var description: String { "connection ended; received: \(received)" }
    }

    private struct State {
        var buffer = ByteBuffer()
        var hasEnded = false
        var fault: (any Error)?
        var waiter: (@Sendable () -> Void)?
    }

    private final class Collector: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private let client: NIOLockedValueBox<State>

        init(_ client: NIOLockedValueBox<State>) { self.client = client }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let bytes = unwrapInboundIn(data)
            wake { $0.buffer.writeImmutableBuffer(bytes) }
        }

        func channelInactive(context: ChannelHandlerContext) {
            wake { $0.hasEnded = true }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            wake { $0.fault = error }
            context.close(promise: nil)
        }

        private func wake(_ change: (inout State) -> Void) {
            let waiter = client.withLockedValue { state in
                change(&state)
                defer { state.waiter = nil }
                return state.waiter
            }
            waiter?()
        }
    }

    let channel: any Channel
    private let state: NIOLockedValueBox<State>
    /// What broke the connection, if it did not simply end.
    var fault: (any Error)? { state.withLockedValue { $0.fault } }

    init(
        port: Int, from address: String? = nil, autoRead: Bool = true,
        configure: @escaping @Sendable (any Channel) throws -> Void = { _ in }
    ) async throws {
        let state = NIOLockedValueBox(State())
        self.state = state
        let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        channel = try await (try address.map { bootstrap.bind(to: try SocketAddress(ipAddress: $0, port: 0)) } ?? bootstrap)
            .channelOption(.autoRead, value: autoRead)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try configure(channel)
                    try channel.pipeline.syncOperations.addHandler(Collector(state))
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
    }

    init(unixSocket path: String) async throws {
        let state = NIOLockedValueBox(State())
        self.state = state
        channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Collector(state)) }
            }
            .connect(unixDomainSocketPath: path).get()
    }

    func send(_ bytes: some Sequence<UInt8>) async throws {
        try await channel.writeAndFlush(ByteBuffer(bytes: bytes)).get()
    }

    func send(_ text: String) async throws { try await send(Array(text.utf8)) }

    func close() { channel.close(promise: nil) }

    /// Resets the connection instead of ending it.
    func reset() async throws {
        try await setLingerToReset()
        try await channel.close().get()
    }

    /// The end of the connection will be a reset.
    func setLingerToReset() async throws {
        try await (channel as? any SocketOptionProvider)?.setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
    }

    /// How a connection ends.
    enum Ending: CaseIterable {
        case tcp, tlsTruncated, tlsNotified
    }

    /// Sends, and ends the connection with the same TCP segment: its server finds both at once.
    func sendLast(_ text: String, _ ending: Ending) async throws {
        let cork = ChannelOptions.Types.SocketOption(level: .tcp, name: NIOBSDSocket.Option(rawValue: 3))
        try await channel.setOption(cork, value: 1).get()
        if ending == .tlsTruncated { return try await sendAndTruncate(Array(text.utf8)) }
        let channel = channel
        try await channel.eventLoop.flatSubmit {
            channel.writeAndFlush(ByteBuffer(string: text), promise: nil)
            return channel.close(mode: ending == .tlsNotified ? .output : .all)
        }.get()
    }

    /// Ends the TCP connection without TLS's own end.
    func truncate() async throws {
        try await channel.triggerUserOutboundEvent(TLSAbort()).get()
    }

    /// Sends, and ends the TCP connection as above before anything can come back.
    func sendAndTruncate(_ bytes: [UInt8]) async throws {
        let channel = channel
        try await channel.eventLoop.flatSubmit {
            channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil)
            return channel.triggerUserOutboundEvent(TLSAbort())
        }.get()
    }

    /// Waits until `read` finds what it wants at the front of what came, and takes it off.
    func receive<Value>(_ read: (inout ByteBuffer) -> Value?) async throws -> Value {
        while true {
            let (value, seen, hasEnded) = state.withLockedValue { (read(&$0.buffer), $0.buffer.readableBytes, $0.hasEnded) }
            if let value { return value }
            if hasEnded { throw Ended(received: state.withLockedValue { String(buffer: $0.buffer) }) }
            guard await more(than: seen) else { throw WaitedTooLong("what the test reads", .seconds(30)) }
        }
    }

    /// Everything that comes until the end of the connection.
    func receiveAll() async -> ByteBuffer {
        while true {
            let (bytes, hasEnded) = state.withLockedValue { ($0.buffer, $0.hasEnded) }
            if hasEnded { return bytes }
            guard await more(than: bytes.readableBytes) else { return bytes }
        }
    }

    /// Waits for another byte or the end.
    /// - Returns: whether it came in time.
    private func more(than seen: Int) async -> Bool {
        let latch = Latch(within: .seconds(30))
        state.withLockedValue { state in
            guard !state.hasEnded, state.buffer.readableBytes == seen else { return latch.open() }
            state.waiter = { latch.open() }
        }
        return await latch.wait()
    }
}

extension RawClient {
    /// One HTTP answer with its body.
    func response() async throws -> WireResponse { try await receive { WireResponse.read(&$0) } }

    /// One server frame.
    func frame() async throws -> ServerFrame { try await receive { ServerFrame.read(&$0) } }

    func get(_ target: String, fields: String = "") async throws -> WireResponse {
        try await send("GET \(target) HTTP/1.1\r\nHost: test\r\n\(fields)\r\n")
        return try await response()
    }

    func sendPost(_ target: String, _ body: [UInt8], fields: String = "") async throws {
        try await send(Array("POST \(target) HTTP/1.1\r\nHost: test\r\nContent-Length: \(body.count)\r\n\(fields)\r\n".utf8) + body)
    }

    func post(_ target: String, _ body: String, fields: String = "") async throws -> WireResponse {
        try await sendPost(target, Array(body.utf8), fields: fields)
        return try await response()
    }

    /// Sends an upgrade request and reads the head of the answer, whose body, if any, is the beginning of the frames.
    func upgrade(_ target: String, fields: String = WireResponse.upgradeFields) async throws -> WireResponse {
        try await send("GET \(target) HTTP/1.1\r\nHost: test\r\n\(fields)\r\n")
        return try await response()
    }
}
