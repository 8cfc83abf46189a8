public import GatehouseJSON
public import SocketIO

/// The running server, for code that is not in a handler: timers, other services, tests.
public struct ServerHandle: Sendable {
    package let runtime: ServerRuntime

    package init(runtime: ServerRuntime) { self.runtime = runtime }

    /// Everyone in a namespace, declared or of a pattern. A namespace that no gateway serves is empty.
    public func of(_ namespace: Namespace) -> Broadcaster {
        Broadcaster(runtime, runtime.sockets.definition(namespace))
    }

    /// Sends an event to everyone in the main namespace, `/`; as ``of(_:)`` and ``Broadcaster/emit(_:_:)``.
    /// - Throws: ``GatewayError`` for a reserved name, and what the arguments throw while they are written.
    public func emit<each Argument: JSONEncodable>(_ event: String, _ arguments: repeat each Argument) throws {
        try of("/").emit(event, repeat each arguments)
    }

    /// The namespaces of a pattern that somebody is in, by name: to send to all of them, send to each.
    public func namespaces(of pattern: NamespacePattern) async throws -> [Namespace] {
        try await runtime.sockets.liveNamespaces().map(\.namespace).filter { pattern.contains($0) }
    }

    /// Begins a graceful shutdown: no new clients, every client is told (`server shutting down`), the audit log is closed last, and
    /// ``Application/run()`` returns. It returns at once, so a handler may call it. More calls have no effect.
    public func close() { runtime.closing.make() }
}
