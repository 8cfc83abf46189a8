import NIOConcurrencyHelpers

/// Whether a node of a cluster knows what the others have decided, so that it may let somebody in (CLU-22). It is asked once for a CONNECT.
/// Any thread.
package final class CatchUpGate: Sendable {
    private let state = NIOLockedValueBox<String?>(nil)

    /// Why nobody is let in; `nil` while it is open. A server without anything to catch up leaves it open.
    package var obstacle: String? { state.withLockedValue { $0 } }

    package init() {}

    package func close(_ obstacle: String) { state.withLockedValue { $0 = obstacle } }

    package func open() { state.withLockedValue { $0 = nil } }
}
