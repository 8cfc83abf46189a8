package import GatehousePolicy
import GatehouseTLS
package import GatehouseTokens
import Synchronization

/// The token keys of a running server: builds the verifier that a bundle's issuers ask for, and puts it in force.
///
/// Whoever changes keys or issuers does it here, one at a time: a watch that read the keys of the bundle before can then never put them in
/// the place of those that a new bundle brought. Everything here blocks on the disk, so nothing of it is for an event loop.
package final class TokenKeys: Sendable {
    /// The verifier in force.
    package let tokens: CurrentTokenVerifier
    package let policies: PolicyHolder
    private let root: String
    private let state: Mutex<State>

    private struct State {
        /// The generation whose issuers are in force, and their key files as they were before they were read.
        var generation: UInt64
        var files: [String: FileIdentity?]
        var published: [KeySetAddress: [UInt8]] = [:]
        /// What is wrong with the files, while the verifier in force is not made of them.
        var complaint: String?
    }

    /// Reads the keys of the issuers of the bundle in force.
    /// - Parameter root: the directory that relative paths of key files start from.
    /// - Throws: a `TokenKeyError` that says what to mend.
    package init(
        _ policies: PolicyHolder, root: String = ".", isRevoked: @escaping TokenVerifier.RevocationCheck = { _ in false },
        unknownKey: @escaping TokenVerifier.UnknownKeyNotice = { _ in }
    ) throws(TokenKeyError) {
        let bundle = policies.current
        let files = try Self.files(bundle, root)
        let issuers = try Self.issuers(bundle, root, [:])
        tokens = CurrentTokenVerifier(TokenVerifier(issuers: issuers, isRevoked: isRevoked, unknownKey: unknownKey))
        self.policies = policies
        self.root = root
        state = Mutex(State(generation: bundle.generation, files: files))
    }

    /// Reads every key again, changed or not, and puts a verifier of them in force.
    /// - Throws: why they were not taken; the verifier before stays in force.
    package func reload() throws(TokenKeyError) -> KeyChanges {
        try state.withLock { state throws(TokenKeyError) in try loadCurrent(&state) }
    }

    /// Reads the keys of a new bundle's issuers, and puts a verifier of them in force together with the bundle.
    /// - Parameter commit: puts the bundle in force. Called once every key is known to be good, and not if one is bad. It must not block.
    /// - Throws: why the keys were not taken; then `commit` was not called, and bundle and verifier stay as they were.
    package func reload(for bundle: PolicyBundle, commit: () -> Void) throws(TokenKeyError) -> KeyChanges {
        try state.withLock { state throws(TokenKeyError) in try load(bundle, &state, commit) }
    }

    /// Reads the keys again if a file is another one or was written to since the last look, if the bundle in force is another one, or if what
    /// was there at the last look was bad.
    /// - Returns: nil if nothing was done, or if the same is wrong as at the look before.
    /// - Throws: why the keys were not taken, once for each thing that is wrong; the verifier before stays in force.
    package func reloadIfChanged() throws(TokenKeyError) -> KeyChanges? {
        try state.withLock { state throws(TokenKeyError) in
            let bundle = policies.current
            let files = try? Self.files(bundle, root)
            guard state.complaint != nil || bundle.generation != state.generation || files != state.files else { return nil }
            let complaint = state.complaint
            do throws(TokenKeyError) {
                return try loadCurrent(&state)
            } catch {
                if state.complaint == complaint { return nil }
                throw error
            }
        }
    }

    /// Takes a set that an issuer published, and puts a verifier with it in force.
    /// - Returns: nil if it is the one that is in force, or if the bundle in force has no such issuer any more.
    /// - Throws: why the set was not taken; the verifier before stays in force.
    package func publish(_ set: [UInt8], at address: KeySetAddress) throws(TokenKeyError) -> KeyChanges? {
        try state.withLock { state throws(TokenKeyError) in
            let bundle = policies.current
            guard let issuer = bundle.global.issuers.first(where: { $0.publishedKeys == address }) else { return nil }
            guard state.published[address] != set else { return nil }
            // By itself first: a set that is good is kept, also while another issuer's file keeps it from coming into force.
            _ = try IssuerSet([IssuerConfiguration(issuer, root: root, published: [address: set])])
            state.published[address] = set
            return try loadCurrent(&state)
        }
    }

    private func load(_ bundle: PolicyBundle, _ state: inout State, _ commit: () -> Void) throws(TokenKeyError) -> KeyChanges {
        // Looked at before they are read: a change in between is seen at the next look.
        let files = try Self.files(bundle, root)
        let addresses = Set(bundle.global.issuers.compactMap(\.publishedKeys))
        let published = state.published.filter { addresses.contains($0.key) }
        let issuers = try Self.issuers(bundle, root, published)
        commit()
        let old = tokens.replace(with: tokens.current.replacing(issuers: issuers))
        state = State(generation: bundle.generation, files: files, published: published)
        return issuers.changes(since: old.issuers)
    }

    private func loadCurrent(_ state: inout State) throws(TokenKeyError) -> KeyChanges {
        do {
            return try load(policies.current, &state) {}
        } catch {
            state.complaint = error.description
            throw error
        }
    }

    private static func issuers(
        _ bundle: PolicyBundle, _ root: String, _ published: [KeySetAddress: [UInt8]]
    ) throws(TokenKeyError) -> IssuerSet {
        var configurations: [IssuerConfiguration] = []
        for issuer in bundle.global.issuers {
            configurations.append(try IssuerConfiguration(issuer, root: root, published: published))
        }
        return try IssuerSet(configurations)
    }

    private static func files(_ bundle: PolicyBundle, _ root: String) throws(TokenKeyError) -> [String: FileIdentity?] {
        var files: [String: FileIdentity?] = [:]
        for issuer in bundle.global.issuers {
            for path in try IssuerConfiguration(issuer, root: root).keys.compactMap(\.path) {
                files.updateValue(SmallFile.identity(ofFile: path), forKey: path)
            }
        }
        return files
    }
}
