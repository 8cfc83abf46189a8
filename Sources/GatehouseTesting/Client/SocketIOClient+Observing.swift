package import GatehouseJSON
import NIOCore

/// For tests that judge by the order in which things came: everything is told on the client's event loop, in that order.
extension SocketIOClient {
    /// Tells of each event from now on, and of the `disconnect` by which the server puts the client out of a namespace; they are not to be had
    /// by ``receive(_:in:within:)`` then.
    /// - Parameters:
    ///   - observer: must not block.
    ///   - ended: called once, when the connection has ended.
    package func observe(
        _ observer: @escaping @Sendable (ReceivedEvent) -> Void, ended: @escaping @Sendable () -> Void
    ) async throws {
        try await onLoop {
            $0.observer = observer
            $0.closed(within: .seconds(86_400)).whenComplete { _ in ended() }
            return $0.loop.makeSucceededVoidFuture()
        }
    }

    /// ``join(_:auth:)``, whose answer is told before any event that came after it.
    package func join(
        _ namespace: String, auth: JSONObject, answered: @escaping @Sendable (_ sid: String) -> Void
    ) async throws -> String {
        try await onLoop {
            let answer = try $0.join(namespace, auth: auth)
            answer.whenSuccess(answered)
            return answer
        }
    }

    /// Sends an event that asks for an acknowledgement, and does not wait for it.
    /// - Parameter answered: told when it has come; never if it does not come in time, or the connection ends.
    package func send(
        _ event: String, _ arguments: [JSONValue], timeout: Duration, answered: @escaping @Sendable ([JSONValue]) -> Void
    ) async throws {
        let namespace = namespace
        try await onLoop {
            try $0.call(event, SocketIOPayload(arguments), in: namespace, within: timeout).whenSuccess { answered($0.arguments) }
            return $0.loop.makeSucceededVoidFuture()
        }
    }
}
