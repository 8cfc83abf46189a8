package import NIOCore

/// A reference to a socket that any thread may hold. What is asked of it runs on the socket's event loop.
package struct SocketHandle: Sendable {
    package let id: SocketID
    package let eventLoop: any EventLoop
    private let socket: NIOLoopBound<Socket>

    /// On the socket's event loop only.
    package init(_ socket: Socket) {
        id = socket.id
        eventLoop = socket.eventLoop
        self.socket = NIOLoopBound(socket, eventLoop: socket.eventLoop)
    }

    /// Runs `body` with the socket on its event loop: at once when called there, else as soon as the loop gets to it.
    package func execute(_ body: @escaping @Sendable (Socket) -> Void) {
        if eventLoop.inEventLoop {
            body(socket.value)
        } else {
            eventLoop.execute { body(socket.value) }
        }
    }

    /// Runs `body` with the socket on its event loop and gives its result.
    package func submit<Result: Sendable>(_ body: @escaping @Sendable (Socket) throws -> Result) async throws -> Result {
        if eventLoop.inEventLoop { return try body(socket.value) }
        return try await eventLoop.submit { try body(socket.value) }.get()
    }

    /// The socket itself, for callers that are on its event loop; anything else is a programming error and ends the process.
    package var onLoop: Socket { socket.value }
}
