package import GatehousePolicy
import Synchronization

/// The bundle in force. Swapped as one reference: a message is decided by the bundle it found (POL-08).
package final class PolicyHolder: Sendable {
    private let bundle: Mutex<PolicyBundle>

    package init(_ bundle: PolicyBundle) { self.bundle = Mutex(bundle) }

    package var current: PolicyBundle { bundle.withLock { $0 } }
}
