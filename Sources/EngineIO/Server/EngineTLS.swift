package import GatehouseTLS

/// How the server's connections are encrypted.
package struct EngineTLS: Sendable {
    /// The context of new connections, asked for each one: a reloaded certificate counts from the next connection on.
    package var context: @Sendable () -> TLSContext
    package var options: TLSHandlerOptions

    package init(options: TLSHandlerOptions = .init(), context: @escaping @Sendable () -> TLSContext) {
        self.options = options
        self.context = context
    }
}
