import EngineIO
import NIOCore
import NIOEmbedded
import Testing

@Suite("The buffer that a read came in")
struct ReadBufferTests {
    typealias T = TestServer

    /// Reads `bytes` in a buffer of a size that the loop has no use for, and says whether anybody holds on to it.
    private func isPinned(_ world: EmbeddedWorld, _ channel: EmbeddedChannel, by bytes: [UInt8]) throws -> Bool {
        var buffer = ByteBufferAllocator().buffer(capacity: 131_072)
        buffer.writeBytes(bytes)
        let before = unsafe buffer.withVeryUnsafeMutableBytes { UInt(bitPattern: $0.baseAddress) }
        try channel.writeInbound(buffer)
        world.eventLoop.run()
        // Whoever else refers to it makes this a buffer of its own.
        buffer.clear()
        return unsafe buffer.withVeryUnsafeMutableBytes { UInt(bitPattern: $0.baseAddress) } != before
    }

    @Test(
        "REG-11: is held by nothing that is half read: a frame, a head of a frame, a fragment, a message behind a pause",
        arguments: [
            Array(Frames.binary([UInt8](repeating: 7, count: 9_000)).dropLast()), Array(Frames.binary([1, 2]).prefix(3)),
            Frames.client(2, [1, 2, 3], isFinal: false), Array(Frames.client(9, [1, 2, 3]).dropLast()),
            Frames.text("4pause") + Frames.text("4x"),
        ])
    func webSocket(bytes: [UInt8]) throws {
        let world = EmbeddedWorld()
        let channel = try world.connect()
        try world.send(channel, Array("GET \(T.webSocket()) HTTP/1.1\r\nHost: test\r\n\(WireResponse.upgradeFields)\r\n".utf8))
        #expect(try !isPinned(world, channel, by: bytes))
        _ = try channel.finish(acceptAlreadyClosed: true)
    }

    @Test("REG-11: nor by half a request, or one behind another that waits")
    func http() throws {
        let world = EmbeddedWorld()
        let (channel, other) = (try world.connect(), try world.connect())
        try world.send(channel, Array("GET \(T.polling()) HTTP/1.1\r\nHost: test\r\n\r\n".utf8))
        let sid = T.sid(try world.answer(channel))
        let get = Array("GET \(T.polling(sid)) HTTP/1.1\r\nHost: test\r\n\r\n".utf8)
        #expect(try !isPinned(world, channel, by: get + get))
        #expect(world.loop.parkedPolls == 1)
        #expect(try !isPinned(world, other, by: Array("POST \(T.polling(sid)) HTTP/1.1\r\nHost: test\r\nContent-Length: 9\r\n\r\n4x".utf8)))
        for channel in [channel, other] { _ = try channel.finish(acceptAlreadyClosed: true) }
    }
}
