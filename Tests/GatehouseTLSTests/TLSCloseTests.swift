import NIOCore
import NIOEmbedded
import Testing

@testable import GatehouseTLS

@Suite("The end of a TLS connection")
struct TLSCloseTests {
    @Test("We send close_notify, wait for the peer's, then close the transport")
    func closesInOrder() throws {
        let harness = try HandlerHarness()
        try harness.handshake()
        let closed = harness.channel.close()
        #expect(harness.channel.isActive)
        try harness.exchange()
        #expect(try EnginePair.readAll(harness.client) == [])
        #expect(harness.client.state == .peerClosed)
        harness.client.close()
        try harness.exchange()
        try closed.settled()
        #expect(!harness.channel.isActive)
        #expect(harness.recorder.errors.isEmpty)
    }

    @Test("EIO-04: what is answered at the end of a read leaves, though the peer's close_notify came with the question")
    func answersBeforeTheEnd() throws {
        let harness = try HandlerHarness()
        try harness.handshake()
        harness.recorder.onRead = { context, _ in context.write(NIOAny(ByteBuffer(string: "answer")), promise: nil) }
        harness.recorder.onReadComplete = { $0.flush() }
        try harness.client.write(ByteBuffer(string: "question"))
        harness.client.close()
        try harness.exchange()
        #expect(try EnginePair.readAll(harness.client) == Array("answer".utf8))
        #expect(harness.recorder.inputClosed == 1)
        #expect(!harness.channel.isActive)
    }

    @Test("A peer that never answers close_notify is waited for a second")
    func boundedWait() throws {
        let harness = try HandlerHarness()
        try harness.handshake()
        let first = harness.channel.close()
        let second = harness.channel.close()
        harness.channel.embeddedEventLoop.advanceTime(by: .milliseconds(900))
        #expect(harness.channel.isActive)
        harness.channel.embeddedEventLoop.advanceTime(by: .milliseconds(300))
        #expect(!harness.channel.isActive)
        try first.settled()
        try second.settled()
    }

    @Test("Data that arrives after our close_notify is dropped; writes are refused")
    func dropsLateData() throws {
        let harness = try HandlerHarness()
        try harness.handshake()
        harness.channel.close(promise: nil)
        try harness.clientSends("too late")
        #expect(harness.recorder.received == [])
        #expect(throws: TLSError.self) { try harness.channel.writeAndFlush(ByteBuffer(string: "no")).settled() }
    }

    @Test("The peer's close_notify is answered and closes the channel, after the data before it")
    func peerCloses() throws {
        let harness = try HandlerHarness()
        try harness.handshake()
        try harness.client.write(ByteBuffer(string: "bye"))
        harness.client.close()
        try harness.exchange()
        #expect(harness.recorder.received == Array("bye".utf8))
        #expect(harness.recorder.inputClosed == 1)
        #expect(!harness.channel.isActive)
        #expect(try EnginePair.readAll(harness.client) == [])
        #expect(harness.client.state == .closed)
        #expect(harness.recorder.errors.isEmpty)
    }

    @Test("A channel set up for half-closed connections can still write after the peer's close_notify")
    func halfOpen() throws {
        let harness = try HandlerHarness()
        harness.channel.allowRemoteHalfClosure = true
        try harness.handshake()
        harness.client.close()
        try harness.exchange()
        #expect(harness.channel.isActive)
        try harness.channel.writeOutbound(ByteBuffer(string: "still here"))
        #expect(try harness.clientReads() == Array("still here".utf8))
        harness.channel.close(promise: nil)
        #expect(!harness.channel.isActive)
    }

    @Test("SEC-43: the end of the transport without close_notify is a truncation, told after the data")
    func truncation() throws {
        let harness = try HandlerHarness()
        try harness.handshake()
        try harness.clientSends("cut of")
        harness.channel.pipeline.fireChannelInactive()
        #expect(harness.recorder.received == Array("cut of".utf8))
        #expect(harness.recorder.errors == [.truncated])
        #expect(harness.recorder.inactive == 1)
    }

    @Test("A transport that ends its input without close_notify is closed with the same error")
    func truncationByHalfClose() throws {
        let harness = try HandlerHarness()
        try harness.handshake()
        harness.channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        #expect(harness.recorder.errors == [.truncated])
        #expect(harness.recorder.inputClosed == 0)
        #expect(!harness.channel.isActive)
    }

    @Test("The end of the transport in the handshake is a failed handshake")
    func endInHandshake() throws {
        let harness = try HandlerHarness()
        harness.channel.pipeline.fireChannelInactive()
        #expect(harness.recorder.errors == [.handshakeFailed])
    }

    @Test("An abort closes the transport at once")
    func abort() throws {
        let harness = try HandlerHarness()
        try harness.handshake()
        let unflushed = harness.channel.write(ByteBuffer(string: "never sent"))
        harness.channel.triggerUserOutboundEvent(TLSAbort(), promise: nil)
        #expect(!harness.channel.isActive)
        #expect(throws: TLSError.self) { try unflushed.settled() }
    }

    @Test("Our half can be closed alone: the peer's data still arrives")
    func closesOutput() throws {
        let harness = try HandlerHarness()
        try harness.handshake()
        harness.channel.close(mode: .output, promise: nil)
        try harness.exchange()
        #expect(try EnginePair.readAll(harness.client) == [])
        try harness.clientSends("more")
        #expect(harness.recorder.received == Array("more".utf8))
    }
}
