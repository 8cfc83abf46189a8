import NIOCore

/// One transport of a connection. Belongs to the connection's event loop.
protocol ClientLink: AnyObject {
    /// Sends packets in their order.
    func send(_ packets: [OutboundPacket])
    /// Whether packets are on their way for which the server has not answered yet. A WebSocket knows of none.
    var isSending: Bool { get }
    /// Says goodbye and ends; done when the sockets are closed. No delegate call follows.
    func close() -> EventLoopFuture<Void>
}

/// The connection, as its links see it.
protocol ClientLinkDelegate: AnyObject {
    /// The link can send.
    func linkReady(_ link: any ClientLink)
    func linkReceived(_ packet: EnginePacket, from link: any ClientLink)
    /// The link has ended, not by ``ClientLink/close()``. At most once.
    func linkEnded(_ reason: CloseReason, error: SocketIOClientError, of link: any ClientLink)
}
