public import GatehouseJSON
public import NIOCore

extension SocketIOClient {
    /// Sends an event; returns when it is handed to the transport.
    ///
    /// - Parameters:
    ///   - arguments: what follows the name; ``GatehouseJSON/JSONValue/attachment(_:)`` stands where an attachment belongs.
    ///   - attachments: the binary parts, in the order of their numbers.
    ///   - namespace: here and in every call, `nil` for that of the options.
    /// - Throws: ``SocketIOClientError`` if the namespace is not joined or the connection is closed.
    public func emit(
        _ event: String, _ arguments: [JSONValue] = [], attachments: [ByteBuffer] = [], in namespace: String? = nil
    ) async throws {
        let payload = SocketIOPayload(arguments, attachments: attachments)
        let namespace = namespace ?? self.namespace
        try await onLoop {
            try $0.emit(event, payload, in: namespace)
            return $0.loop.makeSucceededVoidFuture()
        }
    }

    /// Sends an event and waits for its acknowledgement.
    ///
    /// - Parameter time: `nil` for the time of the options.
    /// - Returns: the arguments of the acknowledgement; an error object of the server's is one of them, not a throw.
    /// - Throws: ``SocketIOClientError`` with code `timeout` or `closed`.
    @discardableResult
    public func emitWithAck(
        _ event: String, _ arguments: [JSONValue] = [], in namespace: String? = nil, timeout time: Duration? = nil
    ) async throws -> [JSONValue] {
        try await call(event, SocketIOPayload(arguments), in: namespace, timeout: time).arguments
    }

    /// Sends an event and waits for its acknowledgement, with attachments both ways.
    ///
    /// - Throws: ``SocketIOClientError`` with code `timeout` or `closed`.
    public func call(
        _ event: String, _ payload: SocketIOPayload, in namespace: String? = nil, timeout time: Duration? = nil
    ) async throws -> SocketIOPayload {
        let namespace = namespace ?? self.namespace
        return try await onLoop { try $0.call(event, payload, in: namespace, within: time ?? $0.options.timeout) }
    }

    /// The next event of a name: one that has come and was not read yet, or else one that comes in time.
    ///
    /// Events that came before the connection closed can still be read after it.
    ///
    /// - Throws: ``SocketIOClientError`` with code `timeout` or `closed`.
    public func receive(_ event: String, in namespace: String? = nil, within time: Duration? = nil) async throws -> ReceivedEvent {
        let namespace = namespace ?? self.namespace
        return try await onLoop { try $0.event(event, in: namespace, within: time ?? $0.options.timeout) }
    }

    /// The arguments of the next event of a name; see ``receive(_:in:within:)``.
    ///
    /// - Throws: ``SocketIOClientError`` with code `timeout` or `closed`.
    @discardableResult
    public func event(_ event: String, in namespace: String? = nil, within time: Duration? = nil) async throws -> [JSONValue] {
        try await receive(event, in: namespace, within: time).arguments
    }

    /// Fails if an event of a name has come, or comes within the time.
    ///
    /// A client that has left receives nothing, so a connection that is closed, or a namespace that is not joined, proves nothing and
    /// fails. If the server sends an answer after the event would have been sent, waiting for that is quicker and surer.
    ///
    /// - Throws: ``SocketIOClientError`` with code `unexpectedEvent`; with `closed` or `namespace` when the client has left before the time
    ///   is over.
    public func refute(_ event: String, in namespace: String? = nil, within time: Duration = .milliseconds(200)) async throws {
        do {
            let received = try await receive(event, in: namespace, within: time)
            throw SocketIOClientError.unexpected(received)
        } catch let error as SocketIOClientError where error.code == .timeout {
            let namespace = namespace ?? self.namespace
            try await onLoop {
                try $0.checkJoined(namespace)
                return $0.loop.makeSucceededVoidFuture()
            }
        }
    }

    /// Waits until the connection closes, and fails if an event of a name has come before.
    ///
    /// - Throws: ``SocketIOClientError`` with code `unexpectedEvent`; with `timeout` when the connection is still open after the time.
    public func refuteUntilClosed(_ event: String, in namespace: String? = nil, within time: Duration = .seconds(5)) async throws {
        _ = try await closed(within: time)
        do {
            let received = try await receive(event, in: namespace, within: .zero)
            throw SocketIOClientError.unexpected(received)
        } catch let error as SocketIOClientError where error.code == .closed {
            return
        }
    }

    /// Answers events for which the server wants an acknowledgement, from now on. `nil` leaves one unanswered.
    ///
    /// - Parameter answer: called on the client's event loop, in the order of the events; it must not block.
    public func onAckRequest(_ answer: @escaping @Sendable (ReceivedEvent) -> SocketIOPayload?) async throws {
        try await onLoop {
            try $0.checkOpen()
            $0.answer = answer
            return $0.loop.makeSucceededVoidFuture()
        }
    }

    /// Sends a text as one Engine.IO packet, as it is: `42["message"]` is an event, `4abc` is nonsense. For tests of hostile input.
    public func sendRaw(_ text: String) async throws {
        try await onLoop {
            try $0.sendRaw(.text(text))
            return $0.loop.makeSucceededVoidFuture()
        }
    }

    /// Sends one binary Engine.IO packet that nothing announced. For tests of hostile input.
    public func sendRaw(_ bytes: ByteBuffer) async throws {
        try await onLoop {
            try $0.sendRaw(.binary(bytes))
            return $0.loop.makeSucceededVoidFuture()
        }
    }
}
