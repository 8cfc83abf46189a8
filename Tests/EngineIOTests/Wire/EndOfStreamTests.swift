import EngineIO
import NIOCore
import NIOEmbedded
import Testing

/// An embedded channel goes on reading whatever it is told, as a socket does whose peer has ended its half.
@Suite("What is read at the end of a stream, though reading was stopped")
struct EndOfStreamTests {
    typealias T = TestServer

    @Test("SEC-A: bytes behind a GET that waits are bounded, and end the connection beyond")
    func polling() throws {
        let world = EmbeddedWorld()
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
        let world = EmbeddedWorld()
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
        let world = EmbeddedWorld()
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
