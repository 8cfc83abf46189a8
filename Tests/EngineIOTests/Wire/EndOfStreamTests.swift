import EngineIO
import NIOCore
import NIOEmbedded
import Testing

/// An embedded channel goes on reading whatever it is told, as a socket does whose peer has ended its half.
@Suite("What is read at the end of a stream, though reading was stopped")
struct EndOfStreamTests {
    typealias T = TestServer

    private final class World {
        let eventLoop = EmbeddedEventLoop()
        let loop: EngineLoop
        let record = Record()

        init() {
            var configuration = EngineConfiguration()
            configuration.clock = ManualClock().engineClock
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

    @Test("SEC-A: bytes behind a GET that waits are bounded, and end the connection beyond")
    func polling() throws {
        let world = World()
        let channel = try world.connect()
        try world.send(channel, Array("GET \(T.polling()) HTTP/1.1\r\nHost: test\r\n\r\n".utf8))
        let sid = T.sid(try world.answer(channel))
        try world.send(channel, Array("GET \(T.polling(sid)) HTTP/1.1\r\nHost: test\r\n\r\n".utf8))
        #expect(world.loop.parkedPolls == 1)
        for _ in 0..<40 where channel.isActive {
            try world.send(channel, [UInt8](repeating: 0x78, count: 16_384))
            #expect(world.loop.heldBytes <= 65_536)
        }
        #expect(!channel.isActive && world.loop.connectionCount == 0)
        _ = try channel.finish(acceptAlreadyClosed: true)
    }

    @Test("SEC-A: bytes behind a paused WebSocket are bounded, and end the connection beyond")
    func webSocket() throws {
        let world = World()
        let channel = try world.connect()
        let fields = WireResponse.upgradeFields
        try world.send(channel, Array("GET \(T.webSocket()) HTTP/1.1\r\nHost: test\r\n\(fields)\r\n".utf8) + Frames.text("4pause"))
        for _ in 0..<40 where channel.isActive {
            try world.send(channel, [UInt8](repeating: 0x78, count: 65_536))
            #expect(world.loop.heldBytes <= 160_000)
        }
        #expect(!channel.isActive && world.loop.connectionCount == 0)
        #expect(world.record.now.closed == [.transportClose])
        _ = try channel.finish(acceptAlreadyClosed: true)
    }

    @Test("SEC-A: what comes in one read more than was wanted is decoded when reading goes on")
    func oneMore() throws {
        let world = World()
        let channel = try world.connect()
        let fields = WireResponse.upgradeFields
        try world.send(channel, Array("GET \(T.webSocket()) HTTP/1.1\r\nHost: test\r\n\(fields)\r\n".utf8) + Frames.text("4pause"))
        _ = try world.answer(channel)
        let frame = Frames.text("4one")
        try world.send(channel, frame.prefix(3))
        try world.send(channel, frame.dropFirst(3) + Frames.text("4two"))
        #expect(try world.answer(channel).isEmpty)
        world.loop.openSessions.forEach { $0.resumeReading() }
        world.eventLoop.run()
        let answer = try world.answer(channel)
        #expect(answer.contains("4one") && answer.contains("4two"))
        _ = try channel.finish(acceptAlreadyClosed: true)
    }
}
