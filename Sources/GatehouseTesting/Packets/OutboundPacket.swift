import NIOCore

/// An Engine.IO packet on its way to the server: its text with the leading digit, or an attachment.
enum OutboundPacket {
    case text(String)
    case binary(ByteBuffer)
}
