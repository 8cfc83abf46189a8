import NIOConcurrencyHelpers

/// The issuers of which tokens named unknown keys since the last look: what an event loop leaves for the one that fetches keys. It holds
/// configured names only, so it is as small as the policies, whatever is shown to the server.
package final class UnknownKeys: Sendable {
    private let issuers = NIOLockedValueBox<Set<String>>([])

    package init() {}

    package func note(_ issuer: String) { issuers.withLockedValue { _ = $0.insert(issuer) } }

    func take() -> Set<String> {
        issuers.withLockedValue { issuers in
            defer { issuers = [] }
            return issuers
        }
    }
}
