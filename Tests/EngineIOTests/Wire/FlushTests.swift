import EngineIO
import GatehouseJSON
import NIOCore
import NIOEmbedded
import Testing

@Suite("What is sent together leaves together")
struct FlushTests {
    /// Counts what a connection gives to the channel below it.
    private final class Outlet: ChannelOutboundHandler {
        typealias OutboundIn = ByteBuffer
        var writes = 0
        var flushes = 0

        func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
            writes += 1
            context.write(data, promise: promise)
        }

        func flush(context: ChannelHandlerContext) {
            flushes += 1
            context.flush()
        }
    }

    /// A server's event loop that turns when it is told to, with connections of its own.
    private struct World {
        let eventLoop = EmbeddedEventLoop()
        let loop: EngineLoop

        init() {
            var configuration = EngineConfiguration()
            configuration.clock = ManualClock().engineClock
            loop = EngineLoop(alone: eventLoop, configuration: configuration) { _ in EchoApplication(Record()) }
        }

        /// A connection that has sent this and got its answer.
        func connect(_ request: String) throws -> (EmbeddedChannel, Outlet) {
            let channel = EmbeddedChannel(loop: eventLoop)
            try channel.connect(to: SocketAddress(ipAddress: "192.0.2.1", port: 1_024)).wait()
            try loop.serve(channel)
            let outlet = Outlet()
            try channel.pipeline.syncOperations.addHandler(outlet, position: .first)
            try channel.writeInbound(ByteBuffer(string: request))
            eventLoop.run()
            _ = try Self.sent(on: channel)
            (outlet.writes, outlet.flushes) = (0, 0)
            return (channel, outlet)
        }

        func openWebSocket() throws -> (EmbeddedChannel, Outlet) {
            try connect("GET \(TestServer.webSocket()) HTTP/1.1\r\nHost: test\r\n\(WireResponse.upgradeFields)\r\n")
        }

        /// All that has left.
        static func sent(on channel: EmbeddedChannel) throws -> ByteBuffer {
            var all = ByteBuffer()
            while var part = try channel.readOutbound(as: ByteBuffer.self) { all.writeBuffer(&part) }
            return all
        }

        static func texts(_ channel: EmbeddedChannel) throws -> [String] {
            var bytes = try sent(on: channel)
            var texts: [String] = []
            while let frame = ServerFrame.read(&bytes) { texts.append(frame.text) }
            return texts
        }
    }

    @Test("EIO-16: the replies to one read leave in one write and one flush, before the loop turns", arguments: [1, 2, 100])
    func replies(count: Int) throws {
        let world = World()
        let (channel, outlet) = try world.openWebSocket()
        try channel.writeInbound(ByteBuffer(bytes: (0..<count).flatMap { Frames.text("4\($0)") + Frames.client(9, []) }))
        #expect(outlet.writes == 1 && outlet.flushes == 1, "\(outlet.writes) writes, \(outlet.flushes) flushes")
        #expect(try World.texts(channel) == (0..<count).flatMap { ["4\($0)", ""] })
        world.eventLoop.run()
        #expect(outlet.flushes == 1)
    }

    @Test("EIO-16: what is sent outside a read leaves with the end of the turn, for each connection in one flush", arguments: [1, 2, 100])
    func turn(count: Int) throws {
        let world = World()
        let ends = try (0..<3).map { _ in try world.openWebSocket() }
        let shared = EngineMessage.text { $0.writeString("shared") }
        for session in world.loop.openSessions {
            for number in 0..<count { session.sendText { $0.writeString("\(number)") } }
            session.send(shared)
        }
        #expect(ends.allSatisfy { $0.1.flushes == 0 })
        world.eventLoop.run()
        for (channel, outlet) in ends {
            #expect(outlet.writes == 2 && outlet.flushes == 1, "\(outlet.writes) writes, \(outlet.flushes) flushes")
            #expect(try World.texts(channel) == (0..<count).map { "4\($0)" } + ["4shared"])
        }
    }

    @Test("EIO-16: a poll is answered once, with all that was sent in the turn")
    func poll() throws {
        let world = World()
        let (channel, outlet) = try world.connect("GET \(TestServer.polling()) HTTP/1.1\r\nHost: test\r\n\r\n")
        let session = try #require(world.loop.openSessions.first)
        try channel.writeInbound(ByteBuffer(string: "GET \(TestServer.polling(session.id)) HTTP/1.1\r\nHost: test\r\n\r\n"))
        let before = outlet.flushes
        for number in 0..<100 { session.sendText { $0.writeString("\(number)") } }
        #expect(outlet.flushes == before)
        world.eventLoop.run()
        #expect(outlet.flushes == before + 1)
        var answer = try World.sent(on: channel)
        #expect(WireResponse.read(&answer)?.body == (0..<100).map { "4\($0)" }.joined(separator: "\u{1E}"))
    }
}
