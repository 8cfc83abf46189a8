import NIOCore

/// A packet that is complete: what came as text, and the binary messages that followed it.
struct IncomingPacket {
    let header: PacketHeader
    let text: ByteBuffer
    var attachments: [ByteBuffer] = []
    /// The size of attachments that were taken and not kept, since the packet is refused.
    var droppedBytes = 0

    /// The size of the message, attachments included.
    var byteCount: Int { heldBytes &+ droppedBytes }

    /// Bytes of memory that keeping it takes.
    var heldBytes: Int { attachments.reduce(text.readableBytes) { $0 &+ $1.readableBytes } }

    /// With a right-sized copy of the text: the read buffer it came in is not pinned.
    var owned: IncomingPacket {
        IncomingPacket(
            header: header, text: ByteBuffer(bytes: text.readableBytesView), attachments: attachments, droppedBytes: droppedBytes)
    }

    /// The JSON.
    var payload: ByteBuffer {
        text.getSlice(at: text.readerIndex + header.payload.lowerBound, length: header.payload.count) ?? ByteBuffer()
    }

    /// The namespace's name; `/` where none is written.
    var namespaceName: String {
        guard !header.namespace.isEmpty else { return "/" }
        return text.getString(at: text.readerIndex + header.namespace.lowerBound, length: header.namespace.count) ?? ""
    }
}
