internal import GatehouseJSON

/// All issuers, found by the exact `iss` of a token. Immutable: a change of keys or of configuration makes a new one.
package struct IssuerSet: Sendable {
    private let byIdentifier: [[UInt8]: Issuer]
    /// Errors of issuers that kept their earlier keys, by name.
    package let unchanged: [String: TokenKeyError]

    /// Loads all keys and checks all settings.
    /// - Parameter earlier: a set with keys of the same issuers. An issuer whose keys cannot be loaded now keeps those, so that its error
    ///   does not hold up other issuers' new keys.
    /// - Throws: a `TokenKeyError` that says which issuer, which file and what to mend. Nothing is half loaded.
    package init(_ configurations: [IssuerConfiguration], keeping earlier: IssuerSet? = nil) throws(TokenKeyError) {
        var byIdentifier: [[UInt8]: Issuer] = [:]
        var unchanged: [String: TokenKeyError] = [:]
        var names: Set<String> = []
        for configuration in configurations {
            guard names.insert(configuration.name).inserted else {
                throw TokenKeyError(.configuration, "two issuers are named \(configuration.name)")
            }
            let issuer: Issuer
            do {
                issuer = try Issuer(configuration)
            } catch {
                guard let keys = earlier?.keys(for: configuration) else { throw error }
                issuer = try Issuer(configuration, keys: keys)
                unchanged[configuration.name] = error
            }
            guard byIdentifier.updateValue(issuer, forKey: Array(configuration.iss.utf8)) == nil else {
                throw TokenKeyError(.configuration, "issuer \(configuration.name): another issuer has the same iss; give both one entry")
            }
        }
        self.byIdentifier = byIdentifier
        self.unchanged = unchanged
    }

    /// The keys of the same issuer, if the configuration allows them.
    private func keys(for configuration: IssuerConfiguration) -> KeyRing? {
        guard let known = byIdentifier[Array(configuration.iss.utf8)], known.name == configuration.name, !known.keys.all.isEmpty,
            known.keys.all.allSatisfy({ configuration.algorithms.contains($0.algorithm) }),
            configuration.development || !known.keys.hasDevelopmentKey
        else { return nil }
        return known.keys
    }

    /// Keys that cannot be used, by issuer.
    package var leftOut: [LeftOutKey] {
        byIdentifier.values.sorted { $0.name < $1.name }.flatMap(\.keys.leftOut)
    }

    /// Names of the issuers that use a key marked as made for development, which `serve --strict` refuses.
    package var namesWithDevelopmentKeys: [String] {
        byIdentifier.values.filter(\.keys.hasDevelopmentKey).map(\.name).sorted()
    }

    /// All keys of all issuers.
    package var keyCount: Int { byIdentifier.values.reduce(0) { $0 + $1.keys.all.count } }

    /// The key ids of an issuer.
    package func keyNames(of issuer: String) -> [String] {
        (byIdentifier.values.first { $0.name == issuer }?.keys.all ?? []).map { $0.kid ?? "one without kid" }
    }

    /// The changes of keys since `old`.
    package func changes(since old: IssuerSet) -> KeyChanges {
        KeyChanges(added: Self.names(in: self, notIn: old), removed: Self.names(in: old, notIn: self))
    }

    private static func names(in set: IssuerSet, notIn other: IssuerSet) -> [String] {
        set.byIdentifier.flatMap { identifier, issuer -> [String] in
            let known = other.byIdentifier[identifier]?.keys
            return issuer.keys.all
                .filter { key in known?.key(named: key.kid).map { !$0.isSame(as: key) } ?? true }
                .map { key in issuer.name + "/" + (key.kid ?? "-") }
        }.sorted()
    }

    func issuer(of claims: JSONObject) -> Issuer? {
        guard case .string(let iss)? = claims["iss"] else { return nil }
        return byIdentifier[Array(iss.utf8)]
    }
}
