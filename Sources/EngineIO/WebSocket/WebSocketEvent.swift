package import NIOCore

/// What the decoder found: whole messages and control frames, unmasked. Payloads of messages that came in one piece are slices of the
/// decoder's scratch buffer.
package enum WebSocketEvent: Equatable, Sendable {
    case text(ByteBuffer)
    case binary(ByteBuffer)
    case ping(ByteBuffer)
    case pong
    /// The peer's close frame; the code is nil when its payload was empty.
    case close(WebSocketCloseCode?)
}
