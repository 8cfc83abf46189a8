internal import GatehouseJSON

/// All issuers, found by the exact `iss` of a token. Immutable: a change of keys or of configuration makes a new one.
package struct IssuerSet: Sendable {
    private let byIdentifier: [[UInt8]: Issuer]

    /// Loads all keys and checks all settings.
    /// - Throws: a `TokenKeyError` that says which issuer, which file and what to mend. Nothing is half loaded.
    package init(_ configurations: [IssuerConfiguration]) throws(TokenKeyError) {
        var byIdentifier: [[UInt8]: Issuer] = [:]
        var names: Set<String> = []
        for configuration in configurations {
            guard names.insert(configuration.name).inserted else {
                throw TokenKeyError(.configuration, "two issuers are named \(configuration.name)")
            }
            let issuer = try Issuer(configuration)
            guard byIdentifier.updateValue(issuer, forKey: Array(configuration.iss.utf8)) == nil else {
                throw TokenKeyError(.configuration, "issuer \(configuration.name): another issuer has the same iss; give both one entry")
            }
        }
        self.byIdentifier = byIdentifier
    }

    /// Names of the issuers that use a key marked as made for development, which `serve --strict` refuses.
    package var namesWithDevelopmentKeys: [String] {
        byIdentifier.values.filter(\.keys.hasDevelopmentKey).map(\.name).sorted()
    }

    /// All keys of all issuers.
    package var keyCount: Int { byIdentifier.values.reduce(0) { $0 + $1.keys.all.count } }

    /// What became of the keys since `old`.
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
