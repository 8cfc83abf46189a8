import EngineIO
import NIOCore
import NIOEmbedded

/// One event loop of a server without sockets: each read is what a test says, and all that comes of it has come when `send` returns.
final class EmbeddedWorld {
    let eventLoop = EmbeddedEventLoop()
    let loop: EngineLoop
    let record = Record()
    let clock = ManualClock()

    init(_ configure: (inout EngineConfiguration) -> Void = { _ in }) {
        var configuration = EngineConfiguration()
        configuration.clock = clock.engineClock
        configure(&configuration)
        let record = record
        loop = EngineLoop(alone: eventLoop, configuration: configuration) { _ in EchoApplication(record) }
    }

    func connect() throws -> EmbeddedChannel {
        let channel = EmbeddedChannel(loop: eventLoop)
        try channel.connect(to: SocketAddress(ipAddress: "192.0.2.1", port: 1_024)).wait()
        try loop.serve(channel)
        return channel
    }

    func send(_ channel: EmbeddedChannel, _ bytes: some Sequence<UInt8>) throws {
        try channel.writeInbound(ByteBuffer(bytes: bytes))
        eventLoop.run()
    }

    func answer(_ channel: EmbeddedChannel) throws -> String {
        var all = ""
        while let part = try channel.readOutbound(as: ByteBuffer.self) { all += String(buffer: part) }
        return all
    }
}
