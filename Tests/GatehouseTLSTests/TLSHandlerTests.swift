import NIOCore
import NIOEmbedded
import Testing

@testable import GatehouseTLS

@Suite("A TLS handler in its channel")
struct TLSHandlerTests {
    @Test("It tells the application what the handshake agreed on, and carries data both ways")
    func carriesData() throws {
        let harness = try HandlerHarness()
        try harness.handshake()
        #expect(harness.recorder.completed?.version == .tls13)
        #expect(harness.recorder.completed?.applicationProtocol == "http/1.1")
        try harness.clientSends("hello")
        #expect(harness.recorder.received == Array("hello".utf8))
        try harness.channel.writeOutbound(ByteBuffer(string: "answer"))
        #expect(try harness.clientReads() == Array("answer".utf8))
        #expect(harness.recorder.errors.isEmpty)
    }

    @Test("Many small writes leave as one channel write per flush, and every promise is kept")
    func coalesces() throws {
        let harness = try HandlerHarness()
        try harness.handshake()
        let before = (harness.probe.writes, harness.probe.flushes)
        let writes = (0..<500).map { harness.channel.write(ByteBuffer(string: "message \($0);")) }
        #expect(harness.probe.writes == before.0)
        harness.channel.flush()
        #expect(harness.probe.writes == before.0 + 1)
        #expect(harness.probe.flushes == before.1 + 1)
        for write in writes { try write.settled() }
        let expected = (0..<500).map { "message \($0);" }.joined()
        #expect(String(decoding: try harness.clientReads(), as: UTF8.self) == expected)
    }

    @Test("Small and large writes mixed arrive in order", arguments: [1, 8191, 8192, 8193, 16_383, 16_384, 16_385, 70_000])
    func mixedSizes(size: Int) throws {
        let harness = try HandlerHarness()
        try harness.handshake()
        var expected: [UInt8] = []
        for (index, count) in [3, size, 5, size, size, 1].enumerated() {
            let bytes = [UInt8](repeating: UInt8(index), count: count)
            expected += bytes
            harness.channel.write(ByteBuffer(bytes: bytes), promise: nil)
        }
        harness.channel.flush()
        #expect(try harness.clientReads() == expected)
    }

    @Test("Writes made before the handshake is over are sent after it")
    func earlyWrites() throws {
        let harness = try HandlerHarness()
        let early = harness.channel.writeAndFlush(ByteBuffer(string: "early"))
        try harness.handshake()
        try early.settled()
        #expect(try harness.clientReads() == Array("early".utf8))
    }

    @Test("Writes before the end of the handshake are bounded")
    func earlyWritesBounded() throws {
        var options = TLSHandlerOptions()
        options.pendingWriteLimit = 1000
        let harness = try HandlerHarness(options: options)
        let first = harness.channel.write(ByteBuffer(repeating: 1, count: 1000))
        #expect(harness.recorder.errors.isEmpty)
        let second = harness.channel.write(ByteBuffer(repeating: 1, count: 1))
        #expect(harness.recorder.errors == [.pendingWritesFull])
        #expect(!harness.channel.isActive)
        #expect(throws: TLSError.self) { try first.settled() }
        #expect(throws: TLSError.self) { try second.settled() }
    }

    @Test("SEC-22, SEC-43: a handshake that is not over at its deadline is closed")
    func handshakeDeadline() throws {
        let harness = try HandlerHarness()
        _ = try harness.client.handshake()
        var hello = try #require(harness.client.takeCiphertext())
        // One byte a second keeps nobody alive.
        for _ in 0..<4 {
            harness.channel.embeddedEventLoop.advanceTime(by: .seconds(1))
            let byte = hello.readSlice(length: 1) ?? ByteBuffer()
            try harness.channel.writeInbound(byte)
        }
        harness.channel.embeddedEventLoop.advanceTime(by: .milliseconds(900))
        #expect(harness.channel.isActive)
        harness.channel.embeddedEventLoop.advanceTime(by: .milliseconds(300))
        #expect(harness.recorder.errors == [.handshakeTimeout])
        #expect(!harness.channel.isActive)
    }

    @Test("The deadline of a handshake that is over does nothing")
    func deadlineCancelled() throws {
        let harness = try HandlerHarness()
        try harness.handshake()
        harness.channel.embeddedEventLoop.advanceTime(by: .seconds(60))
        #expect(harness.channel.isActive)
        #expect(harness.recorder.errors.isEmpty)
    }

    @Test(
        "Garbage instead of a handshake ends the connection",
        arguments: [
            ("GET / HTTP/1.1\r\n\r\n", TLSError.Code.handshakeFailed), ("\u{16}\u{3}\u{1}\u{0}\u{5}hello", .handshakeTooLarge),
            ("\u{16}\u{3}\u{1}\u{0}\u{5}\u{1}\u{0}\u{0}\u{1}?", .handshakeFailed),
        ])
    func garbage(text: String, code: TLSError.Code) throws {
        let harness = try HandlerHarness()
        try harness.channel.writeInbound(ByteBuffer(string: text))
        #expect(harness.recorder.errors == [code])
        #expect(!harness.channel.isActive)
    }

    @Test("A damaged record after the handshake ends the connection; data before it is delivered")
    func damagedRecord() throws {
        let harness = try HandlerHarness()
        try harness.handshake()
        try harness.client.write(ByteBuffer(string: "good"))
        try harness.client.write(ByteBuffer(string: "bad"))
        var ciphertext = try #require(harness.client.takeCiphertext())
        let last = ciphertext.writerIndex - 1
        let byte = try #require(ciphertext.getInteger(at: last, as: UInt8.self))
        ciphertext.setInteger(byte ^ 1, at: last)
        try harness.channel.writeInbound(ciphertext)
        #expect(harness.recorder.received == Array("good".utf8))
        #expect(harness.recorder.errors == [.protocolViolation])
        #expect(!harness.channel.isActive)
    }

    @Test("A fault behind data on which the application closed is not told again")
    func faultAfterClose() throws {
        let harness = try HandlerHarness()
        try harness.handshake()
        harness.recorder.onRead = { context, _ in context.close(promise: nil) }
        try harness.client.write(ByteBuffer(string: "good"))
        var ciphertext = try #require(harness.client.takeCiphertext())
        ciphertext.writeBytes([23, 3, 3, 0, 20] + [UInt8](repeating: 0, count: 20))
        try harness.channel.writeInbound(ciphertext)
        #expect(harness.recorder.received == Array("good".utf8))
        #expect(harness.recorder.errors.isEmpty)
        #expect(!harness.channel.isActive)
    }

    @Test("What an application writes, flushes or closes within channelRead is safe")
    func reentrant() throws {
        let harness = try HandlerHarness()
        try harness.handshake()
        harness.recorder.onRead = { context, buffer in
            context.writeAndFlush(NIOAny(buffer), promise: nil)
            context.close(promise: nil)
        }
        try harness.clientSends("once")
        #expect(try EnginePair.readAll(harness.client) == Array("once".utf8))
        #expect(harness.client.state == .peerClosed)
        harness.client.close()
        try harness.exchange()
        #expect(!harness.channel.isActive)
        #expect(harness.recorder.errors.isEmpty)
    }

    @Test("With reading on demand, the handshake and partial records still get their bytes")
    func readsOnDemand() throws {
        let harness = try HandlerHarness()
        try harness.channel.syncOptions?.setOption(.autoRead, value: false)
        try harness.handshake()
        let before = harness.probe.reads
        harness.channel.read()
        #expect(harness.probe.reads == before + 1)
        try harness.client.write(ByteBuffer(string: "in two"))
        var ciphertext = try #require(harness.client.takeCiphertext())
        let first = ciphertext.readSlice(length: 7) ?? ByteBuffer()
        try harness.channel.writeInbound(first)
        #expect(harness.probe.reads == before + 2)
        try harness.channel.writeInbound(ciphertext)
        #expect(harness.recorder.received == Array("in two".utf8))
        #expect(harness.probe.reads == before + 2)
    }

    @Test(
        "SEC-24, SEC-A: a peer that demands new keys and takes no answers is cut off; one that takes them is served",
        arguments: [true, false])
    func keyUpdates(isTaking: Bool) throws {
        let harness = try HandlerHarness()
        try harness.handshake()
        harness.channel.isWritable = isTaking
        var sent = 0
        while sent < 1_000, harness.recorder.errors.isEmpty {
            #expect(TestOpenSSL.demandNewKeys(harness.client))
            try harness.client.write(ByteBuffer(string: "x"))
            let ciphertext = try #require(harness.client.takeCiphertext())
            try harness.channel.writeInbound(ciphertext)
            sent += 1
        }
        #expect(harness.recorder.errors == (isTaking ? [] : [.protocolViolation]))
        var held = 0
        while let next = try harness.channel.readOutbound(as: ByteBuffer.self) { held += next.readableBytes }
        #expect(isTaking ? held > 16_384 : held < 8_192)
    }
}
