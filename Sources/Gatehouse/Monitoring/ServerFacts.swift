package import GatehouseLiveObjects
package import GatehousePolicy
package import GatehouseTLS
import NIOConcurrencyHelpers

/// What a running server knows of itself beyond its event loops, for `stats`. Set by whoever puts the server together; without it those
/// members are left out. Any thread may ask.
package final class ServerFacts: Sendable {
    package struct Source: Sendable {
        /// The limits in force with a bundle.
        package let limits: @Sendable (PolicyBundle) -> EffectiveLimits
        /// The certificate in use; `nil` without TLS.
        package let certificate: @Sendable () -> CertificateSummary?
        /// Live objects of the event loops.
        package let live: @Sendable () -> LiveCounts

        package init(
            limits: @escaping @Sendable (PolicyBundle) -> EffectiveLimits, certificate: @escaping @Sendable () -> CertificateSummary?,
            live: @escaping @Sendable () -> LiveCounts
        ) {
            self.limits = limits
            self.certificate = certificate
            self.live = live
        }
    }

    private let source = NIOLockedValueBox<Source?>(nil)

    package func set(_ source: Source?) { self.source.withLockedValue { $0 = source } }

    package var current: Source? { source.withLockedValue { $0 } }
}
