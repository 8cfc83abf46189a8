import GatehouseJSON
import NIOCore
import Testing

@testable import EngineIO

@Suite("Server frames")
struct WebSocketFrameWriterTests {
    @Test(
        "EIO-16: the header fits the payload, whatever was guessed", arguments: [0, 1, 125, 126, 127, 65_535, 65_536, 70_000],
        [0, 125, 126, 65_536])
    func sizes(size: Int, guess: Int) {
        let payload = (0..<size).map { UInt8(truncatingIfNeeded: $0) }
        var buffer = ByteBuffer(string: "in front")
        buffer.moveReaderIndex(to: buffer.writerIndex)
        buffer.writeWebSocketFrame(.binary, expecting: guess) { $0.writeBytes(payload) }
        buffer.writeWebSocketFrame(.text, payload: ByteBuffer(bytes: payload))
        #expect(ServerFrame.read(&buffer) == ServerFrame(opcode: 2, payload: payload))
        #expect(ServerFrame.read(&buffer) == ServerFrame(opcode: 1, payload: payload))
        #expect(buffer.readableBytes == 0)
    }

    @Test("EIO-16: a shared message is its text frame with the attachments right behind", arguments: [0, 120, 124, 125, 300, 70_000])
    func message(size: Int) {
        let text = String(repeating: "t", count: size)
        let message = EngineMessage.textWithAttachments([ByteBuffer(bytes: [1, 2]), ByteBuffer()]) { $0.writeString(text) }
        var frames = message.frames
        #expect(ServerFrame.read(&frames)?.text == "4" + text)
        #expect(ServerFrame.read(&frames) == ServerFrame(opcode: 2, payload: [1, 2]))
        #expect(ServerFrame.read(&frames) == ServerFrame(opcode: 2, payload: []))
        #expect(frames.readableBytes == 0)
        #expect(message.frames.getString(at: message.text.lowerBound, length: message.text.count) == "4" + text)
        #expect(message.attachments.map(\.count) == [2, 0])
    }
}
