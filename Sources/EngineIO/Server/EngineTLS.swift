package import GatehouseNetwork
package import GatehouseTLS

/// How the server's connections are encrypted.
package struct EngineTLS: Sendable {
    /// The context of new connections, asked for each one: a reloaded certificate counts from the next connection on.
    package var context: @Sendable () -> TLSContext
    package var options: TLSHandlerOptions
    /// Called on the event loop for a connection that ended before its handshake did, with the peer's address.
    package var handshakeFailed: @Sendable (_ peer: ClientAddress, _ error: TLSError) -> Void

    package init(
        options: TLSHandlerOptions = .init(),
        handshakeFailed: @escaping @Sendable (_ peer: ClientAddress, _ error: TLSError) -> Void = { _, _ in },
        context: @escaping @Sendable () -> TLSContext
    ) {
        self.options = options
        self.handshakeFailed = handshakeFailed
        self.context = context
    }
}
