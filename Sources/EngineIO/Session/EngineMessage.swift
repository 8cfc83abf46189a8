package import GatehouseJSON
package import NIOCore

/// One message, encoded once for any number of sessions: the WebSocket frames of a text packet and of its binary attachments lie in one
/// buffer, headers included. WebSocket members are sent the buffer itself; polling members take slices of it.
package struct EngineMessage: Sendable {
    /// All frames.
    private(set) var frames: ByteBuffer
    /// Where the text packet (`4` and payload) is in `frames`.
    let text: Range<Int>
    /// Where each attachment's bytes are in `frames`.
    let attachments: [Range<Int>]

    /// A text message.
    /// - Parameter write: appends the payload, without the leading `4`.
    package static func text(capacity: Int = 256, _ write: (inout BufferWriter) -> Void) -> EngineMessage {
        textWithAttachments(capacity: capacity, [], write)
    }

    /// A text message and the binary messages that follow it with nothing between.
    package static func textWithAttachments(
        capacity: Int = 256,
        _ attachments: [ByteBuffer],
        _ write: (inout BufferWriter) -> Void
    ) -> EngineMessage {
        EngineMessage(capacity: capacity) {
            write(&$0)
            return attachments
        }
    }

    /// A text message and the binary messages that follow it with nothing between, if there are any.
    /// - Parameter write: appends the payload, without the leading `4`, and gives the binary messages.
    package init(capacity: Int = 256, _ write: (inout BufferWriter) -> [ByteBuffer]) {
        // Room for the longest header is reserved, then the real header is written right before the payload, so nothing is moved.
        let room = 10
        var buffer = ByteBufferAllocator().buffer(capacity: capacity &+ room &+ 1)
        var writer = BufferWriter(&buffer)
        for _ in 0..<room { writer.writeInteger(0) }
        writer.writeInteger(UInt8(ascii: "4"))
        let binaries = write(&writer)
        let length = writer.count &- room
        let headerSize = ByteBuffer.webSocketHeaderSize(length)
        writer.setWebSocketHeader(.text, length, at: room &- headerSize)
        writer.close(&buffer)
        buffer.moveReaderIndex(to: room &- headerSize)
        text = room..<buffer.writerIndex
        attachments = binaries.map { binary in
            buffer.writeWebSocketFrame(.binary, payload: binary)
            return (buffer.writerIndex &- binary.readableBytes)..<buffer.writerIndex
        }
        frames = buffer
    }

    /// The text's payload, without the leading `4`; a slice.
    package var payload: ByteBuffer {
        frames.getSlice(at: text.lowerBound &+ 1, length: text.count &- 1) ?? ByteBuffer()
    }

    /// The size of all frames.
    package var byteCount: Int { frames.readableBytes }

    /// Whether binary messages follow.
    package var hasAttachments: Bool { !attachments.isEmpty }

    /// Writes over bytes of the text, such as a number that was not known before. Nothing is moved.
    /// - Parameter distance: how far before the end of the text they begin.
    package mutating func overwriteText(_ bytes: String, before distance: Int) {
        let length = bytes.utf8.count
        guard distance >= length, distance < text.count else { return }
        frames.setString(bytes, at: text.upperBound &- distance)
    }

    /// The bytes of each attachment; slices.
    package var attachmentPayloads: [ByteBuffer] {
        attachments.map { frames.getSlice(at: $0.lowerBound, length: $0.count) ?? ByteBuffer() }
    }
}
