internal import Synchronization

/// The list in force. Whoever decides takes `current` once for one decision; a new list takes its place as a whole.
package final class CurrentRevocations: Sendable {
    private let state: Mutex<RevocationList>

    package init(_ list: RevocationList = RevocationList()) { state = Mutex(list) }

    package var current: RevocationList { state.withLock { $0 } }

    package func replace(with list: RevocationList) { state.withLock { $0 = list } }
}
