import NIOConcurrencyHelpers

/// The issuers whose tokens named unknown keys since the last look. Event loops fill it for the fetcher. It holds configured names only, so
/// its size does not depend on tokens.
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
