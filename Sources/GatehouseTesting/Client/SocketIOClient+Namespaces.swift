public import GatehouseJSON
import NIOCore

extension SocketIOClient {
    /// Joins a namespace.
    ///
    /// - Parameters:
    ///   - namespace: as in `/chat`; `/` is the main one.
    ///   - auth: the CONNECT packet's payload, as in `["token": .string(token)]`; `nil` sends none.
    /// - Returns: the Socket.IO session id in this namespace.
    /// - Throws: ``ConnectRefused`` if the server refused; ``SocketIOClientError``.
    @discardableResult
    public func join(_ namespace: String, auth: JSONObject? = nil) async throws -> String {
        try await onLoop { try $0.join(namespace, auth: auth) }
    }

    /// The `pid` that the server gave with the session in a namespace; `nil` where sessions cannot be recovered. Another client with the same
    /// token goes on with the session by `["token": …, "pid": …, "offset": …]` in its ``join(_:auth:)``, after this one lost its connection;
    /// `offset` is the last argument of the last event.
    public func recoveryID(in namespace: String) async throws -> String? {
        try await onLoop { $0.loop.makeSucceededFuture($0.recoveryIDs[namespace]) }
    }

    /// Leaves a namespace; the connection stays open.
    ///
    /// - Throws: ``SocketIOClientError`` if it is not joined.
    public func leave(_ namespace: String) async throws {
        try await onLoop {
            try $0.leave(namespace)
            return $0.loop.makeSucceededVoidFuture()
        }
    }

    /// Waits until the server has put this client out of a namespace, by a DISCONNECT packet or by closing the connection.
    ///
    /// - Throws: ``SocketIOClientError`` with code `timeout`.
    public func disconnected(from namespace: String, within time: Duration = .seconds(5)) async throws {
        do {
            _ = try await onLoop { try $0.event(ClientConnection.disconnectEvent, in: namespace, within: time) }
        } catch let error as SocketIOClientError where error.code == .closed {
            return
        }
    }
}
