public import SocketIO

/// The running server, for code that is not in a handler: timers, other services, tests.
public struct ServerHandle: Sendable {
    package let runtime: ServerRuntime

    package init(runtime: ServerRuntime) { self.runtime = runtime }

    /// Everyone in a namespace. A namespace that no gateway serves has no one in it.
    public func of(_ namespace: Namespace) -> Broadcaster {
        Broadcaster(server: runtime.sockets, definition: runtime.sockets.definition(namespace))
    }
}
