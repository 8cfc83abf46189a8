import NIOCore

/// A WebSocket for a session that has one already (EIO-13): it is accepted and closed at once, as the reference server does. Clients expect
/// this; they would take an HTTP refusal for a network fault. The session is not affected.
final class SurplusWebSocket: WebSocketReceiver {
    static func make(_ loop: EngineLoop, _ slot: ConnectionSlot?) -> WebSocketHandler {
        WebSocketHandler(loop: loop, slot: slot, limits: loop.configuration.fragments, receiver: SurplusWebSocket())
    }

    func webSocketOpened(_ socket: WebSocketHandler) { socket.close(.normal) }

    func webSocket(_ socket: WebSocketHandler, text: ByteBuffer) {}
    func webSocket(_ socket: WebSocketHandler, binary: ByteBuffer) {}
    func webSocketReadComplete(_ socket: WebSocketHandler) {}
    func webSocketClosed(_ socket: WebSocketHandler, _ end: WebSocketEnd) {}
    func webSocketBecameWritable(_ socket: WebSocketHandler) {}
    func webSocketOverflowed(_ socket: WebSocketHandler) {}
}

@available(*, unavailable)
extension SurplusWebSocket: Sendable {}
