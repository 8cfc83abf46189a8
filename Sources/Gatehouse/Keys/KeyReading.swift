package import GatehousePolicy
import GatehouseTLS
package import GatehouseTokens

/// The keys of a bundle's issuers as they were read once. Reading blocks on the disk.
package struct KeyReading: Sendable {
    package let issuers: IssuerSet
    /// The state of the key files before they were read, so that the next look sees a change in between.
    let files: [String: FileIdentity?]
    /// The key sets that issuers last published.
    let published: [KeySetAddress: [UInt8]]

    /// - Parameters:
    ///   - root: the directory that relative paths of key files start from.
    ///   - published: the fetched sets; those of issuers outside the bundle are left out.
    ///   - earlier: the keys in force. An issuer whose keys cannot be loaded keeps those; without this argument it throws.
    /// - Throws: a `TokenKeyError` that says what to mend.
    package init(
        _ bundle: PolicyBundle, root: String, published: [KeySetAddress: [UInt8]] = [:], keeping earlier: IssuerSet? = nil
    ) throws(TokenKeyError) {
        files = try Self.files(bundle, root: root)
        self.published = Self.published(published, for: bundle)
        var configurations: [IssuerConfiguration] = []
        for issuer in bundle.global.issuers {
            configurations.append(try IssuerConfiguration(issuer, root: root, published: published))
        }
        issuers = try IssuerSet(configurations, keeping: earlier)
    }

    /// The errors of issuers that kept their earlier keys; nil if there are none.
    var complaint: String? {
        let unchanged = issuers.unchanged
        return unchanged.isEmpty ? nil : unchanged.keys.sorted().compactMap { unchanged[$0]?.description }.joined(separator: "; ")
    }

    /// The key files as they are now.
    static func files(_ bundle: PolicyBundle, root: String) throws(TokenKeyError) -> [String: FileIdentity?] {
        var files: [String: FileIdentity?] = [:]
        for issuer in bundle.global.issuers {
            for path in try IssuerConfiguration(issuer, root: root).keys.compactMap(\.path) {
                files.updateValue(SmallFile.identity(ofFile: path), forKey: path)
            }
        }
        return files
    }

    /// The fetched sets at addresses of the bundle.
    static func published(_ sets: [KeySetAddress: [UInt8]], for bundle: PolicyBundle) -> [KeySetAddress: [UInt8]] {
        let addresses = Set(bundle.global.issuers.compactMap(\.publishedKeys))
        return sets.filter { addresses.contains($0.key) }
    }
}
