package import GatehouseJSON
import NIOConcurrencyHelpers

/// The listeners for events that other servers of the cluster send to this one (`serverSideEmit`). Any thread.
package final class ServerSideEvents: Sendable {
    /// Gets the arguments; what it returns is the answer to a server that waits for one.
    package typealias Listener = @Sendable ([JSONValue]) async -> JSONValue?

    private struct Name: Hashable {
        let namespace: String
        let event: String
    }

    private let listeners = NIOLockedValueBox<[Name: Listener]>([:])

    package init() {}

    /// Sets the listener for one event; a later one takes the place of an earlier one.
    package func listen(to event: String, in namespace: Namespace, _ listener: @escaping Listener) {
        listeners.withLockedValue { $0[Name(namespace: namespace.name, event: event)] = listener }
    }

    package func listener(for event: String, in namespace: Namespace) -> Listener? {
        listeners.withLockedValue { $0[Name(namespace: namespace.name, event: event)] }
    }
}
