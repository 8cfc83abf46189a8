import NIOCore

/// A binary packet whose attachments are still arriving.
struct AttachmentAssembly {
    let packet: SocketPacket
    private(set) var attachments: [ByteBuffer] = []

    init(_ packet: SocketPacket) { self.packet = packet }

    var isComplete: Bool { attachments.count >= packet.attachments }

    mutating func append(_ attachment: ByteBuffer) { attachments.append(attachment) }
}
