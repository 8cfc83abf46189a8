import EngineIO
import NIOCore

/// `/ws-echo`: every message comes back as one of its kind, unfragmented.
final class WebSocketEcho: WebSocketReceiver {
    func webSocketOpened(_ socket: WebSocketHandler) {}

    func webSocket(_ socket: WebSocketHandler, text: ByteBuffer) { socket.send(text, isText: true) }

    func webSocket(_ socket: WebSocketHandler, binary: ByteBuffer) { socket.send(binary, isText: false) }

    func webSocketReadComplete(_ socket: WebSocketHandler) {}

    func webSocketClosed(_ socket: WebSocketHandler, _ end: WebSocketEnd) {}

    func webSocketBecameWritable(_ socket: WebSocketHandler) {}

    /// The client sends and does not read.
    func webSocketOverflowed(_ socket: WebSocketHandler) { socket.close(.tooBig, "the echo is not being read") }
}

@available(*, unavailable)
extension WebSocketEcho: Sendable {}
