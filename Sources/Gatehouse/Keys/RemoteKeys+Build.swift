import NIOConcurrencyHelpers
import NIOPosix

#if RemoteJWKS
    import GatehouseRemoteKeys
#endif

/// Servers built without the package trait `RemoteJWKS` have no HTTP client, and no policy with a `jwks_url` loads there.
extension RemoteKeys {
    /// The one of a running server.
    /// - Parameter authority: a PEM file of the authorities whose issuers are believed; the system's if nil.
    convenience init?(
        watch: KeyWatch, unknownKeys: UnknownKeys, clock: ServerClock, group: MultiThreadedEventLoopGroup, authority: String? = nil
    ) {
        #if RemoteJWKS
            let fetcher = KeySetFetcher(group: group, authority: authority)
            self.init(
                keys: watch.keys, unknownKeys: unknownKeys, now: clock.now, fetch: { try await fetcher.fetch($0) },
                publish: { try await watch.publish($0, at: $1) }, reject: { watch.rejected($0.issuer, $1) })
        #else
            return nil
        #endif
    }
}

extension TokenKeys {
    /// Fetches what issuers publish, for a command that lives too short to watch. Gives what was wrong.
    package func fetchOnce() async -> [any Error] {
        #if RemoteJWKS
            let fetcher = KeySetFetcher(group: MultiThreadedEventLoopGroup.singleton)
            let errors = NIOLockedValueBox<[any Error]>([])
            let remote = RemoteKeys(
                keys: self, unknownKeys: UnknownKeys(), now: ServerClock.system.now, fetch: { try await fetcher.fetch($0) },
                publish: { set, address in _ = try self.publish(set, at: address) },
                reject: { _, error in errors.withLockedValue { $0.append(error) } })
            await remote.refresh()
            return errors.withLockedValue { $0 }
        #else
            return []
        #endif
    }
}
