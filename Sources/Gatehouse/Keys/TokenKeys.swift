package import GatehousePolicy
import GatehouseTLS
package import GatehouseTokens
import NIOConcurrencyHelpers

/// The token keys of a running server: builds the verifier that a bundle's issuers ask for, and puts it in force.
///
/// Whoever changes keys or issuers does it here, one at a time: a watch that read the keys of the bundle before can then never put them in
/// the place of those that a new bundle brought. Everything here blocks on the disk, so nothing of it is for an event loop.
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
        /// What is wrong with the files, while the verifier in force is not made of them.
        var complaint: String?
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

    /// Keys that were read and found good, and that are not in force yet.
    package struct Prepared: Sendable {
        fileprivate let generation: UInt64
        let reading: KeyReading
        /// What putting them in force changes.
        package let changes: KeyChanges
    }

    /// Reads every key again, changed or not.
    /// - Throws: what is wrong with them.
    package func prepare() throws(TokenKeyError) -> Prepared {
        try alone { state throws(TokenKeyError) in try prepare(&state) }
    }

    /// Puts keys in force.
    /// - Returns: false if policies or the keys that issuers publish have changed since they were read: then they are to be read again.
    package func take(_ prepared: Prepared) -> Bool {
        state.withLockedValue { state in
            let bundle = policies.current
            guard bundle.generation == prepared.generation,
                prepared.reading.published == KeyReading.published(state.published, for: bundle)
            else { return false }
            tokens.replace(with: tokens.current.replacing(issuers: prepared.reading.issuers))
            state = State(generation: bundle.generation, files: prepared.reading.files, published: prepared.reading.published)
            return true
        }
    }

    /// Reads every key again, changed or not, and puts a verifier of them in force.
    /// - Throws: why they were not taken; the verifier before stays in force.
    package func reload() throws(TokenKeyError) -> KeyChanges {
        while true {
            let prepared = try prepare()
            if take(prepared) { return prepared.changes }
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
    /// - Throws: what is wrong with them, once for each thing that is; the verifier before stays in force.
    package func prepareIfChanged() throws(TokenKeyError) -> Prepared? {
        try alone { state throws(TokenKeyError) in
            let bundle = policies.current
            let files = try? KeyReading.files(bundle, root: root)
            guard state.complaint != nil || bundle.generation != state.generation || files != state.files else { return nil }
            let complaint = state.complaint
            do throws(TokenKeyError) {
                return try prepare(&state)
            } catch {
                if state.complaint == complaint { return nil }
                throw error
            }
        }
    }

    /// As `prepareIfChanged`, and puts them in force.
    package func reloadIfChanged() throws(TokenKeyError) -> KeyChanges? {
        guard let prepared = try prepareIfChanged() else { return nil }
        return try take(prepared) ? prepared.changes : reload()
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
            state.complaint = "a published set is not in force yet"
            return try prepare(&state)
        }
    }

    /// Takes a set that an issuer published, and puts a verifier with it in force.
    /// - Returns: as `prepare`.
    package func publish(_ set: [UInt8], at address: KeySetAddress) throws(TokenKeyError) -> KeyChanges? {
        guard let prepared = try prepare(set, at: address) else { return nil }
        return try take(prepared) ? prepared.changes : reload()
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
        let old = tokens.replace(with: tokens.current.replacing(issuers: reading.issuers))
        state = State(generation: bundle.generation, files: reading.files, published: reading.published)
        return reading.issuers.changes(since: old.issuers)
    }

    private func prepare(_ state: inout State) throws(TokenKeyError) -> Prepared {
        let bundle = policies.current
        do {
            let reading = try KeyReading(bundle, root: root, published: state.published)
            return Prepared(
                generation: bundle.generation, reading: reading, changes: reading.issuers.changes(since: tokens.current.issuers))
        } catch {
            state.complaint = error.description
            throw error
        }
    }
}
