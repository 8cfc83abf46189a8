import NIOCore
import NIOEmbedded
import Testing

@testable import GatehouseTLS

@Suite("Moving a TLS connection to another event loop")
struct TLSDetachTests {
    /// A channel of another event loop that goes on with the connection.
    private func adopt(_ detached: DetachedTLS, _ recorder: Recorder) throws -> EmbeddedChannel {
        let channel = EmbeddedChannel()
        try channel.pipeline.syncOperations.addHandlers([TLSHandler(adopting: detached), recorder])
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).settled()
        return channel
    }

    @Test("What was received and not delivered is delivered by the new handler, in order")
    func keepsBytes() throws {
        let harness = try HandlerHarness()
        try harness.handshake()
        harness.recorder.onRead = { [weak handler = harness.handler] _, _ in handler?.suspend() }
        // Three records in one piece; the application gives the connection up after the first delivery.
        try harness.client.write(ByteBuffer(string: "first;"))
        try harness.exchange()
        try harness.client.write(ByteBuffer(string: "second;"))
        try harness.client.write(ByteBuffer(string: "third;"))
        try harness.exchange()
        #expect(harness.recorder.received == Array("first;".utf8))
        let reads = harness.probe.reads
        harness.channel.read()
        #expect(harness.probe.reads == reads)

        let recorder = Recorder()
        let channel = try adopt(harness.handler.detach(), recorder)
        #expect(recorder.received == Array("second;third;".utf8))
        #expect(recorder.completed == nil)

        // The old channel says nothing to the peer when it goes.
        harness.channel.close(promise: nil)
        #expect(try harness.takeFromServer() == nil)
        #expect(harness.recorder.errors.isEmpty)

        try channel.writeOutbound(ByteBuffer(string: "answer"))
        let answer = try #require(try channel.readOutbound(as: ByteBuffer.self))
        harness.client.receive(answer)
        #expect(try EnginePair.readAll(harness.client) == Array("answer".utf8))
        channel.triggerUserOutboundEvent(TLSAbort(), promise: nil)
        _ = try channel.finish(acceptAlreadyClosed: true)
    }

    @Test("A partial record survives the move", arguments: [1, 5, 6, 20])
    func keepsPartialRecord(cut: Int) throws {
        let harness = try HandlerHarness()
        try harness.handshake()
        try harness.client.write(ByteBuffer(string: "in two pieces"))
        var ciphertext = try #require(harness.client.takeCiphertext())
        let first = ciphertext.readSlice(length: cut) ?? ByteBuffer()
        try harness.channel.writeInbound(first)
        harness.handler.suspend()
        let recorder = Recorder()
        let channel = try adopt(harness.handler.detach(), recorder)
        try channel.writeInbound(ciphertext)
        #expect(recorder.received == Array("in two pieces".utf8))
        channel.triggerUserOutboundEvent(TLSAbort(), promise: nil)
        _ = try channel.finish(acceptAlreadyClosed: true)
    }

    @Test("Without suspend, or with writes waiting, it stays where it is")
    func refuses() throws {
        let harness = try HandlerHarness()
        #expect(throws: TLSError.self) { try harness.handler.detach() }
        try harness.handshake()
        #expect(throws: TLSError.self) { try harness.handler.detach() }
        let write = harness.channel.write(ByteBuffer(string: "waiting"))
        harness.handler.suspend()
        #expect(throws: TLSError.self) { try harness.handler.detach() }
        harness.channel.flush()
        try write.settled()
        #expect(try harness.clientReads() == Array("waiting".utf8))
    }
}
