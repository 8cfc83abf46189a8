package import NIOCore

/// The receiver of one WebSocket connection. Every call comes on its event loop.
package protocol WebSocketReceiver: AnyObject {
    /// The connection is a WebSocket now; what is sent here leaves together with the 101.
    func webSocketOpened(_ socket: WebSocketHandler)
    /// A whole text message. A slice of a scratch buffer, see `EngineSessionDelegate`.
    func webSocket(_ socket: WebSocketHandler, text: ByteBuffer)
    func webSocket(_ socket: WebSocketHandler, binary: ByteBuffer)
    /// The end of a batch of messages, before the flush.
    func webSocketReadComplete(_ socket: WebSocketHandler)
    /// No more messages will come. Called exactly once, before the closing handshake is over.
    func webSocketClosed(_ socket: WebSocketHandler, _ end: WebSocketEnd)
    /// The queue is below the mark again.
    func webSocketBecameWritable(_ socket: WebSocketHandler)
    /// The queue passed its bound: the socket has been closed already.
    func webSocketOverflowed(_ socket: WebSocketHandler)
}

/// How a WebSocket connection ended.
package enum WebSocketEnd: Sendable, Hashable {
    /// The peer sent a close frame.
    case peerClosed(WebSocketCloseCode?)
    /// The peer broke the protocol.
    case fault(WebSocketFault)
    /// TCP ended in order, without a close frame.
    case lost
    /// The connection below broke: a reset, or TLS that was cut off or tampered with.
    case broken
    /// We closed it.
    case local
}
