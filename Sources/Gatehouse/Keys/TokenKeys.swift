package import GatehousePolicy
import GatehouseTLS
package import GatehouseTokens
import NIOConcurrencyHelpers

/// The token keys of a running server: builds the verifier that a bundle's issuers ask for, and puts it in force.
///
/// All changes of keys and issuers go through here, one at a time, so that a watch which read keys of the previous bundle cannot replace
/// those of a new one. It blocks on the disk: not for an event loop.
package final class TokenKeys: Sendable {
    /// The verifier in force.
    package let tokens: CurrentTokenVerifier
    package let policies: PolicyHolder
    private let root: String
    private let state: NIOLockedValueBox<State>

    private struct State {
        /// The generation whose issuers are in force, and their key files as they were before they were read.
        var generation: UInt64
        var files: [String: FileIdentity?]
        var published: [KeySetAddress: [UInt8]]
        /// The errors of the files, while the verifier in force is not made of them.
        var complaint: String?
        /// Whether an issuer's good set has not been used for a verifier yet.
        var isPending = false
        /// Reported keys that were left out of the sets in force.
        var announced: Set<LeftOutKey> = []
    }

    /// Reads the keys of the issuers of the bundle in force.
    /// - Parameter root: the directory that relative paths of key files start from.
    /// - Throws: a `TokenKeyError` that says what to mend.
    package init(
        _ policies: PolicyHolder, root: String = ".", unknownKey: @escaping TokenVerifier.UnknownKeyNotice = { _ in }
    ) throws(TokenKeyError) {
        let bundle = policies.current
        let reading = try KeyReading(bundle, root: root)
        tokens = CurrentTokenVerifier(TokenVerifier(issuers: reading.issuers, unknownKey: unknownKey))
        self.policies = policies
        self.root = root
        state = NIOLockedValueBox(State(generation: bundle.generation, files: reading.files, published: reading.published))
    }

    /// Why the keys of an issuer were not taken.
    package struct Rejection: Sendable {
        package let issuer: String
        package let error: TokenKeyError
    }

    /// Keys that were read and are not in force yet.
    package struct Prepared: Sendable {
        fileprivate let generation: UInt64
        let reading: KeyReading
        /// The changes of putting them in force.
        package let changes: KeyChanges
        /// The new errors of issuers that keep their keys, in the order of their names.
        package let rejected: [Rejection]
        /// Whether there is nothing to report but rejections.
        let isRejectionOnly: Bool
    }

    /// Reads every key again, changed or not. An issuer whose keys cannot be had keeps those in force.
    /// - Throws: what is wrong with the keys of an issuer that has none in force.
    package func prepare() throws(TokenKeyError) -> Prepared {
        try alone { state throws(TokenKeyError) in
            state.complaint = nil
            return try prepare(&state)
        }
    }

    /// Puts keys in force.
    /// - Returns: false if policies or the keys that issuers publish have changed since they were read: then they are to be read again.
    package func take(_ prepared: Prepared) -> Bool {
        state.withLockedValue { state in
            let bundle = policies.current
            guard bundle.generation == prepared.generation,
                prepared.reading.published == KeyReading.published(state.published, for: bundle)
            else { return false }
            put(prepared.reading, of: bundle, &state)
            return true
        }
    }

    /// Reads every key again, changed or not, and puts a verifier of them in force.
    /// - Throws: why those of an issuer were not taken, which keeps what it has; the other issuers' are in force.
    package func reload() throws(TokenKeyError) -> KeyChanges {
        while true {
            let prepared = try prepare()
            guard take(prepared) else { continue }
            if let rejection = prepared.rejected.first { throw rejection.error }
            return prepared.changes
        }
    }

    /// Keys that were left out of the sets in force since the last call: each is told once, until it has gone.
    package func takeNewlyLeftOut() -> [LeftOutKey] {
        state.withLockedValue { state in
            let leftOut = tokens.current.issuers.leftOut
            defer { state.announced = Set(leftOut) }
            return leftOut.filter { !state.announced.contains($0) }
        }
    }

    /// Puts a verifier with the keys of a new bundle's issuers in force together with the bundle.
    /// - Parameters:
    ///   - reading: the bundle's keys, if they were read already. They are read again if an issuer has published others since.
    ///   - commit: puts the bundle in force. Called once every key is known to be good, and not if one is bad. It must not block.
    /// - Throws: why the keys were not taken; then `commit` was not called, and bundle and verifier stay as they were.
    package func reload(
        for bundle: PolicyBundle, with reading: KeyReading? = nil, commit: () -> Void
    ) throws(TokenKeyError) -> KeyChanges {
        try alone { state throws(TokenKeyError) in try load(bundle, reading, &state, commit) }
    }

    /// Reads the keys again if a file is another one or was written to since the last look, if the bundle in force is another one, or if what
    /// was there at the last look was bad or did not come into force.
    /// - Returns: nil if nothing is to be done, or if the same is wrong as at the look before.
    /// - Throws: what is wrong with the keys of an issuer that has none in force, once for each thing that is.
    package func prepareIfChanged() throws(TokenKeyError) -> Prepared? {
        try alone { state throws(TokenKeyError) in
            let bundle = policies.current
            let files = try? KeyReading.files(bundle, root: root)
            guard state.complaint != nil || state.isPending || bundle.generation != state.generation || files != state.files else {
                return nil
            }
            let complaint = state.complaint
            do throws(TokenKeyError) {
                let prepared = try prepare(&state)
                guard prepared.isRejectionOnly, prepared.rejected.isEmpty else { return prepared }
                state.files = prepared.reading.files
                return nil
            } catch {
                if state.complaint == complaint { return nil }
                throw error
            }
        }
    }

    /// As `prepareIfChanged`, and puts them in force.
    /// - Throws: as `reload`.
    package func reloadIfChanged() throws(TokenKeyError) -> KeyChanges? {
        guard let prepared = try prepareIfChanged() else { return nil }
        guard take(prepared) else { return try reload() }
        if let rejection = prepared.rejected.first { throw rejection.error }
        return prepared.changes
    }

    /// Reads the keys with a set that an issuer published.
    /// - Returns: nil if it is the one that is in force, or if the bundle in force has no such issuer any more.
    /// - Throws: why the set was not taken; the verifier before stays in force.
    package func prepare(_ set: [UInt8], at address: KeySetAddress) throws(TokenKeyError) -> Prepared? {
        try alone { state throws(TokenKeyError) in
            let bundle = policies.current
            guard let issuer = bundle.global.issuers.first(where: { $0.publishedKeys == address }) else { return nil }
            guard state.published[address] != set else { return nil }
            // By itself first: a set that is good is kept, also while another issuer's file keeps it from coming into force.
            _ = try IssuerSet([IssuerConfiguration(issuer, root: root, published: [address: set])])
            state.published[address] = set
            // Until it is in force, every look tries again.
            state.isPending = true
            return try prepare(&state)
        }
    }

    /// Takes a set that an issuer published, and puts a verifier with it in force.
    /// - Returns: as `prepare`.
    package func publish(_ set: [UInt8], at address: KeySetAddress) throws(TokenKeyError) -> KeyChanges? {
        guard let prepared = try prepare(set, at: address) else { return nil }
        guard take(prepared) else { return try reload() }
        return prepared.changes
    }

    /// Runs a change with nobody else's beside it. The lock's own closure would widen the error to `any Error`.
    private func alone<T>(_ change: (inout State) throws(TokenKeyError) -> T) throws(TokenKeyError) -> T {
        try state.withLockedValue { state in Result { () throws(TokenKeyError) in try change(&state) } }.get()
    }

    private func load(
        _ bundle: PolicyBundle, _ known: KeyReading?, _ state: inout State, _ commit: () -> Void
    ) throws(TokenKeyError) -> KeyChanges {
        let isFresh = known?.published == KeyReading.published(state.published, for: bundle)
        let reading: KeyReading
        if let known, isFresh { reading = known } else { reading = try KeyReading(bundle, root: root, published: state.published) }
        commit()
        let old = put(reading, of: bundle, &state)
        return reading.issuers.changes(since: old.issuers)
    }

    /// Puts keys in force. Returns the verifier whose place is taken.
    @discardableResult
    private func put(_ reading: KeyReading, of bundle: PolicyBundle, _ state: inout State) -> TokenVerifier {
        let old = tokens.replace(with: tokens.current.replacing(issuers: reading.issuers))
        state = State(
            generation: bundle.generation, files: reading.files, published: reading.published, complaint: reading.complaint,
            announced: state.announced)
        return old
    }

    private func prepare(_ state: inout State) throws(TokenKeyError) -> Prepared {
        let bundle = policies.current
        let inForce = tokens.current.issuers
        let complaint = state.complaint
        do {
            let reading = try KeyReading(bundle, root: root, published: state.published, keeping: inForce)
            let changes = reading.issuers.changes(since: inForce)
            let unchanged = reading.issuers.unchanged
            let isNews = reading.complaint != complaint
            let isRejectionOnly =
                !unchanged.isEmpty && changes.added.isEmpty && changes.removed.isEmpty && reading.issuers.leftOut == inForce.leftOut
                && bundle.generation == state.generation
            if isRejectionOnly { state.complaint = reading.complaint }
            return Prepared(
                generation: bundle.generation, reading: reading, changes: changes,
                rejected: isNews ? unchanged.sorted { $0.key < $1.key }.map { Rejection(issuer: $0.key, error: $0.value) } : [],
                isRejectionOnly: isRejectionOnly)
        } catch {
            state.complaint = error.description
            throw error
        }
    }
}
