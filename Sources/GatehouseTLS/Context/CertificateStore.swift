import NIOConcurrencyHelpers

/// Holds the server context that new connections use, and swaps it whole on reload (SEC-44).
///
/// Use it from any thread. Connections keep the context they began with; a pair that fails a check stays out and the old one serves on.
package final class CertificateStore: Sendable {
    private struct State {
        var context: TLSContext
        var started: UInt64 = 0
        var installed: UInt64 = 0
        /// The files that the context was read from.
        var files: [FileIdentity?]
        /// The last reason why a pair was refused, so that it is not reported twice.
        var complaint: Complaint?
    }

    private struct Complaint: Hashable {
        var files: [FileIdentity?]
        var code: TLSError.Code
        var message: String
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
        let reload = begin()
        let fresh: TLSContext
        do throws(TLSError) {
            fresh = try TLSContext.server(configuration, now: now)
        } catch {
            state.withLockedValue { $0.complaint = Complaint(files: reload.files, code: error.code, message: error.message) }
            throw error
        }
        return install(fresh, of: reload)
    }

    /// A reload that has begun, and the files as they were then.
    struct Reload: Sendable {
        fileprivate let generation: UInt64
        fileprivate let files: [FileIdentity?]
    }

    func begin() -> Reload {
        let files = Self.identities(configuration)
        return state.withLockedValue { state in
            state.started &+= 1
            return Reload(generation: state.started, files: files)
        }
    }

    /// - Returns: the context in use, which is that of the reload that began last.
    func install(_ fresh: TLSContext, of reload: Reload) -> TLSContext {
        state.withLockedValue { state in
            // A reload that began later read newer files: its context stays.
            if reload.generation > state.installed {
                state.installed = reload.generation
                state.context = fresh
                state.files = reload.files
                state.complaint = nil
            }
            return state.context
        }
    }

    /// Reloads if a file has changed since the context in use was read. A refused pair is tried again each time: its dates may hold by now,
    /// or an outside reason (no descriptor left) may be gone.
    ///
    /// - Parameter now: seconds since 1970.
    /// - Returns: the new context, or `nil` when nothing changed.
    /// - Throws: why the pair on disk was not taken, once for the same files and reason.
    package func reloadIfChanged(now: Int64) throws(TLSError) -> TLSContext? {
        let (inUse, earlier) = state.withLockedValue { ($0.files, $0.complaint) }
        guard Self.identities(configuration) != inUse else { return nil }
        do throws(TLSError) {
            return try reload(now: now)
        } catch {
            if let earlier, state.withLockedValue({ $0.complaint }) == earlier { return nil }
            throw error
        }
    }

    private static func identities(_ configuration: TLSServerConfiguration) -> [FileIdentity?] {
        var paths = [configuration.certificatePath, configuration.privateKeyPath]
        if let authority = configuration.clientCertificates.authorityPath { paths.append(authority) }
        return paths.map(SmallFile.identity(ofFile:))
    }
}
