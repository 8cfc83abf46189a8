package import GatehousePolicy
import NIOConcurrencyHelpers

/// A bundle in force, with the counts of addresses under it. Both change together.
package struct PolicyInForce: Sendable {
    package let bundle: PolicyBundle
    let addresses: AddressLimits
}

/// The bundle in force, swapped as one reference, and the previous ones: for a rollback, and for messages in flight that were decided under
/// one of them (POL-08, POL-42).
package final class PolicyHolder: Sendable {
    /// How many earlier bundles are kept.
    package static let kept = 8

    private struct State {
        var current: PolicyInForce
        /// Newest first.
        var earlier: [PolicyBundle] = []
    }

    private let state: NIOLockedValueBox<State>

    package init(_ bundle: PolicyBundle) {
        state = NIOLockedValueBox(State(current: PolicyInForce(bundle: bundle, addresses: AddressLimits(bundle))))
    }

    package var inForce: PolicyInForce { state.withLockedValue { $0.current } }

    package var current: PolicyBundle { inForce.bundle }

    /// The bundles that were in force before, newest first; at most ``kept``.
    package var earlier: [PolicyBundle] { state.withLockedValue { $0.earlier } }

    /// The bundle of a generation, as long as it is kept.
    func bundle(generation: UInt64) -> PolicyBundle? {
        state.withLockedValue { state in
            state.current.bundle.generation == generation
                ? state.current.bundle : state.earlier.first { $0.generation == generation }
        }
    }

    /// Puts a bundle in force. Counts of addresses go on where their limit is the same.
    func replace(with bundle: PolicyBundle) -> PolicyInForce {
        state.withLockedValue { state in
            state.earlier.insert(state.current.bundle, at: 0)
            if state.earlier.count > Self.kept { state.earlier.removeLast() }
            state.current = PolicyInForce(bundle: bundle, addresses: AddressLimits(bundle, following: state.current))
            return state.current
        }
    }
}
