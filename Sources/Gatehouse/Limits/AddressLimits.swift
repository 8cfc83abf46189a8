package import GatehousePolicy
import Synchronization

/// What is counted for an address over all event loops, before anyone has shown a token: sessions opened, and authentications that failed.
/// Memory is bounded however many addresses try.
package final class AddressLimits: Sendable {
    private static let capacity = 16_384
    // The limiter is what may be missing, not its lock: an optional lock that is absent is locked all the same by some compilers.
    private let connects: Mutex<KeyedRateLimiter<IPAddress>?>
    private let failures: Mutex<KeyedRateLimiter<IPAddress>?>

    package init(_ settings: GlobalSettings) {
        connects = Mutex(settings.ipConnects.map { KeyedRateLimiter(limit: $0, capacity: Self.capacity) })
        failures = Mutex(settings.ipFailedAuth.map { KeyedRateLimiter(limit: $0, capacity: Self.capacity) })
    }

    /// Charges an address for opening a session.
    func takeConnect(_ address: IPAddress, now: Int64) -> Bool {
        connects.withLock { $0?.take(address, now: now) ?? true }
    }

    /// Whether an address may still try a token: asked before any cryptography (SEC-42).
    func mayAuthenticate(_ address: IPAddress, now: Int64) -> Bool {
        failures.withLock { $0?.has(address, now: now) ?? true }
    }

    /// Charges an address for a token that was refused.
    func failedAuthentication(_ address: IPAddress, now: Int64) {
        failures.withLock { $0?.charge(address, now: now) }
    }
}
