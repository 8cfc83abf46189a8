internal import NIOConcurrencyHelpers

/// The list in force. Whoever decides takes `current` once for one decision; a new list takes its place as a whole.
package final class CurrentRevocations: Sendable {
    private let state: NIOLockedValueBox<RevocationList>

    package init(_ list: RevocationList = RevocationList()) { state = NIOLockedValueBox(list) }

    package var current: RevocationList { state.withLockedValue { $0 } }

    package func replace(with list: RevocationList) { state.withLockedValue { $0 = list } }
}
