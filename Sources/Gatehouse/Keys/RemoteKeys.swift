import GatehousePolicy
import GatehouseTokens
import NIOConcurrencyHelpers
package import NIOCore

/// Fetches the JWK Sets that issuers publish, for servers built with the package trait `RemoteJWKS` (SEC-34).
///
/// The address comes from the policy file alone; tokens cannot influence it. The last fetched set stays in force until a good one is
/// fetched. A CONNECT with a token of an unknown key is refused at once, and its connection waits for nothing: the refusal only brings the
/// next fetch forward, so that strangers can cause one request a minute and issuer, to the issuer's own address, and hold no memory
/// (SEC-A). Such a client gets in when it tries again. An issuer that publishes a key five minutes before it signs with it loses nobody.
package final class RemoteKeys: Sendable {
    /// Gets the body of a pinned https address: bounded in size and time, without redirects.
    package typealias Fetch = @Sendable (_ url: String) async throws -> [UInt8]

    private let keys: TokenKeys
    private let fetch: Fetch
    private let now: @Sendable () -> NIODeadline
    private let publish: @Sendable ([UInt8], KeySetAddress) async throws -> Void
    private let reject: @Sendable (KeySetAddress, any Error) -> Void
    private let unknownKeys: UnknownKeys
    private let entries = NIOLockedValueBox<[KeySetAddress: Entry]>([:])

    private struct Entry {
        var schedule: RefreshSchedule
        /// What was wrong at the last fetch.
        var complaint: String?
    }

    /// - Parameters:
    ///   - publish: takes a set that was fetched; throws if it is not fit for use.
    ///   - reject: called with the reason why the keys of an issuer could not be renewed, once for each reason in a row.
    package init(
        keys: TokenKeys, unknownKeys: UnknownKeys, now: @escaping @Sendable () -> NIODeadline, fetch: @escaping Fetch,
        publish: @escaping @Sendable ([UInt8], KeySetAddress) async throws -> Void,
        reject: @escaping @Sendable (KeySetAddress, any Error) -> Void
    ) {
        self.keys = keys
        self.unknownKeys = unknownKeys
        self.now = now
        self.fetch = fetch
        self.publish = publish
        self.reject = reject
    }

    /// Fetches due sets, every second until its task is cancelled.
    package func run() async {
        while (try? await Task.sleep(for: .seconds(1))) != nil { await refresh() }
    }

    /// Fetches due sets of all issuers at once, and waits for them.
    package func refresh() async {
        let due = takeDue()
        guard !due.isEmpty else { return }
        await withTaskGroup(of: Void.self) { group in
            for address in due { group.addTask { await self.refresh(address) } }
        }
    }

    /// Brings every fetch forward, as far as the minute between two of them allows.
    package func hasten() {
        entries.withLockedValue { entries in
            for address in entries.keys { entries[address]?.schedule.hasten(now: now()) }
        }
    }

    private func takeDue() -> [KeySetAddress] {
        let addresses = Set(keys.policies.current.global.issuers.compactMap(\.publishedKeys))
        let unknown = unknownKeys.take()
        let now = now()
        return entries.withLockedValue { entries in
            entries = entries.filter { addresses.contains($0.key) }
            return addresses.filter { address in
                var entry = entries[address] ?? Entry(schedule: RefreshSchedule(now: now))
                if unknown.contains(address.issuer) { entry.schedule.hasten(now: now) }
                let isDue = entry.schedule.begin(now: now)
                entries[address] = entry
                return isDue
            }
        }
    }

    private func refresh(_ address: KeySetAddress) async {
        var failure: (any Error)?
        do { try await publish(try await fetch(address.url), address) } catch { failure = error }
        // A server that stops ends its fetches, which says nothing about the issuer.
        guard !Task.isCancelled else { return }
        let complaint = failure.map { "\($0)" }
        let isNew = entries.withLockedValue { entries in
            entries[address]?.schedule.end(succeeded: failure == nil, now: now())
            defer { entries[address]?.complaint = complaint }
            return entries[address]?.complaint != complaint
        }
        if isNew, let failure { reject(address, failure) }
    }
}
