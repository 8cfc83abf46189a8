/// How a connection ended.
public struct CloseReason: Sendable, Hashable {
    /// Who ended it.
    public enum Side: Sendable, Hashable {
        /// This client, by ``SocketIOClient/close()`` or by being released.
        case client
        /// The server, by a close frame, a close packet or an HTTP error.
        case server
        /// Without a close: the transport was lost, or the other side broke the protocol or went silent.
        case transport
    }

    /// Who ended it.
    public var side: Side
    /// The WebSocket close code, if one was received; long-polling has none.
    public var code: UInt16?
    /// The text beside the code, or a description.
    public var reason: String

    init(_ side: Side, code: UInt16? = nil, _ reason: String) {
        self.side = side
        self.code = code
        self.reason = reason
    }
}

extension CloseReason: CustomStringConvertible {
    /// Side, code and reason in one line.
    public var description: String { "closed by \(side)" + (code.map { " with \($0)" } ?? "") + ": \(reason)" }
}
