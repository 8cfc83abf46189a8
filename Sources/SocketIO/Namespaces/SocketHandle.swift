package import NIOCore

/// A reference to a socket that any thread may hold for any time. Calls run on the socket's event loop.
///
/// It owns nothing: the socket is found through it while it is in its namespace, and no longer. A handle that is kept pins neither the
/// socket nor its connection.
package struct SocketHandle: Sendable {
    package let id: SocketID
    private let entrance: LoopEntrance
    private let presence: NIOLoopBound<SocketPresence>

    /// On the socket's event loop only.
    package init(_ socket: Socket) {
        id = socket.id
        entrance = socket.connection.loop.entrance
        presence = NIOLoopBound(socket.presence, eventLoop: socket.eventLoop)
    }

    package var eventLoop: any EventLoop { entrance.eventLoop }

    /// Runs `body` with the socket on its event loop: at once when called there, else as soon as the loop gets to it. Does nothing once the
    /// socket has left.
    package func execute(_ body: @escaping @Sendable (Socket) -> Void) {
        if eventLoop.inEventLoop {
            if let socket = onLoop { body(socket) }
        } else {
            entrance.execute { if let socket = onLoop { body(socket) } }
        }
    }

    /// The same, but never at once: for callers who may be in the middle of something.
    package func executeLater(_ body: @escaping @Sendable (Socket) -> Void) {
        entrance.execute { if let socket = onLoop { body(socket) } }
    }

    /// Runs `body` with the socket on its event loop.
    /// - Returns: what `body` returns, or `nil` once the socket has left.
    package func submit<Result: Sendable>(_ body: @escaping @Sendable (Socket) throws -> Result) async throws -> Result? {
        if eventLoop.inEventLoop { return try onLoop.map(body) }
        do {
            return try await entrance.submit { try onLoop.map(body) }
        } catch is LoopEntrance.Ended {
            return nil
        }
    }

    /// The socket itself, or `nil` once it has left. For callers that are on its event loop; anything else is a programming error and ends
    /// the process.
    package var onLoop: Socket? { presence.value.socket }
}

/// The entry by which handles find a socket while it is in its namespace. Bound to the event loop of the socket, which owns it.
final class SocketPresence {
    /// Unowned: the connection owns the socket. Cleared as the socket leaves, before the connection releases it. Not `weak`: that would
    /// slow down every retain of a socket, and a broadcast retains each recipient.
    fileprivate(set) unowned var socket: Socket?

    init() {}

    func enter(_ socket: Socket) { self.socket = socket }

    func leave() { socket = nil }
}

@available(*, unavailable)
extension SocketPresence: Sendable {}
