import GatehouseJSON
public import NIOCore
public import NIOPosix

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A Socket.IO client (protocol 5 over Engine.IO 4) for tests and for `gatehouse admin`, over real sockets, with TLS.
///
/// Its codecs are swift-nio's and its own, except for base64, so that a fault of the server's codecs cannot hide behind the same fault
/// here. Any task may call any method. Output leaves in the order of the calls, and no method sleeps. A client that is released closes its
/// connection.
///
/// ```swift
/// let client = try await SocketIOClient.connect("https://127.0.0.1:8443", options: .init(authorityPath: "certs/dev-ca.pem"))
/// try await client.join("/chat", auth: ["token": .string(token)])
/// let ack = try await client.emitWithAck("message", [["room": "lobby", "message": "hello"]], in: "/chat")
/// let heard = try await client.event("message", in: "/chat", within: .seconds(2))
/// try await client.close()
/// ```
public final class SocketIOClient: Sendable {
    private let loop: any EventLoop
    private let connection: NIOLoopBound<ClientConnection>
    /// The Engine.IO session id; unrelated to the ids that ``join(_:auth:)`` gives.
    public let engineSessionID: String
    /// The namespace of calls that name none; see ``Options/namespace``.
    public let namespace: String

    private init(
        _ connection: NIOLoopBound<ClientConnection>, on loop: any EventLoop, engineSessionID: String, namespace: String
    ) {
        self.connection = connection
        self.loop = loop
        self.engineSessionID = engineSessionID
        self.namespace = namespace
    }

    deinit {
        let connection = connection
        loop.execute { _ = connection.value.close(CloseReason(.client, "The client was released.")) }
    }

    /// Connects, and upgrades if the options say so. No namespace is joined yet.
    ///
    /// - Parameters:
    ///   - address: `https://host:port` or `http://host:port`.
    ///   - options: transport, trust, headers, path, times.
    ///   - group: whose event loop the client uses.
    /// - Throws: ``SocketIOClientError``; an error of TLS or of the socket is its `cause`.
    public static func connect(
        _ address: String, options: Options = .init(), on group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
    ) async throws -> SocketIOClient {
        let loop = group.next()
        let dialer: Dialer
        do {
            dialer = try Dialer(loop: loop, address: try ServerAddress(address), options: options, now: Int64(time(nil)))
        } catch let error as SocketIOClientError {
            throw error
        } catch {
            throw SocketIOClientError(.unreachable, "TLS cannot be set up.", cause: error)
        }
        let (connection, opening) = try await loop.flatSubmit {
            let connection = ClientConnection(dialer)
            let bound = NIOLoopBound(connection, eventLoop: loop)
            return connection.open().map { (bound, $0) }
        }.get()
        return SocketIOClient(connection, on: loop, engineSessionID: opening.sid, namespace: options.namespace)
    }

    /// Whether a connection to an address is safe from eavesdroppers: it is encrypted, or does not leave this machine.
    /// - Throws: ``SocketIOClientError`` for an invalid address.
    package static func isConfidential(_ address: String) throws(SocketIOClientError) -> Bool {
        let address = try ServerAddress(address)
        return address.isSecure || address.isLoopback
    }

    /// Closes the connection in order; returns when the sockets are closed. Closing twice does nothing.
    public func close() async throws {
        try await onLoop { $0.close() }
    }

    /// Waits for the end of the connection, from either side.
    ///
    /// - Throws: ``SocketIOClientError`` with code `timeout`.
    public func closed(within time: Duration = .seconds(5)) async throws -> CloseReason {
        try await onLoop { $0.closed(within: time) }
    }

    /// Whether output is in flight, as far as the transport can tell.
    var isSending: Bool {
        get async throws { try await onLoop { $0.loop.makeSucceededFuture($0.link?.isSending ?? false) } }
    }

    func onLoop<Value: Sendable>(
        _ body: @escaping @Sendable (ClientConnection) throws -> EventLoopFuture<Value>
    ) async throws -> Value {
        let (loop, connection) = (loop, connection)
        return try await loop.flatSubmit {
            do { return try body(connection.value) } catch { return loop.makeFailedFuture(error) }
        }.get()
    }
}
