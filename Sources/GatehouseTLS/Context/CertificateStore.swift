import NIOConcurrencyHelpers

/// Holds the server context that new connections use, and swaps it whole on reload (SEC-44).
///
/// Use it from any thread. Connections keep the context they began with; a pair that fails a check stays out and the old one serves on.
package final class CertificateStore: Sendable {
    private struct State {
        var context: TLSContext
        var started: UInt64 = 0
        var installed: UInt64 = 0
        var files: [FileIdentity?]
    }

    private let configuration: TLSServerConfiguration
    private let state: NIOLockedValueBox<State>

    /// Reads and checks the pair for the first time.
    ///
    /// - Parameter now: seconds since 1970.
    package init(_ configuration: TLSServerConfiguration, now: Int64) throws(TLSError) {
        let files = Self.identities(configuration)
        self.configuration = configuration
        state = NIOLockedValueBox(State(context: try TLSContext.server(configuration, now: now), files: files))
    }

    /// The context for the next connection.
    package var current: TLSContext { state.withLockedValue { $0.context } }

    /// Reads the files again. Blocks on the disk: not for an event loop.
    ///
    /// - Parameter now: seconds since 1970.
    /// - Throws: why the pair on disk was not taken; the previous one is still in use.
    @discardableResult
    package func reload(now: Int64) throws(TLSError) -> TLSContext {
        let files = Self.identities(configuration)
        let generation = state.withLockedValue { state in
            // Noted even if the pair turns out bad: it is complained of once, not at every look.
            state.files = files
            state.started &+= 1
            return state.started
        }
        let fresh = try TLSContext.server(configuration, now: now)
        return state.withLockedValue { state in
            // A reload that began later read newer files: its context stays.
            if generation > state.installed {
                state.installed = generation
                state.context = fresh
            }
            return state.context
        }
    }

    /// Reloads when a file is another one, or was written to, since the last look.
    ///
    /// - Parameter now: seconds since 1970.
    /// - Returns: the new context, or `nil` when nothing changed.
    package func reloadIfChanged(now: Int64) throws(TLSError) -> TLSContext? {
        let files = Self.identities(configuration)
        guard state.withLockedValue({ $0.files != files }) else { return nil }
        return try reload(now: now)
    }

    private static func identities(_ configuration: TLSServerConfiguration) -> [FileIdentity?] {
        var paths = [configuration.certificatePath, configuration.privateKeyPath]
        if let authority = configuration.clientCertificates.authorityPath { paths.append(authority) }
        return paths.map(SmallFile.identity(ofFile:))
    }
}
