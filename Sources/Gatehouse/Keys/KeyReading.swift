package import GatehousePolicy
import GatehouseTLS
package import GatehouseTokens

/// The keys of a bundle's issuers as they were read once: all of them good, or there is no value. Reading blocks on the disk.
package struct KeyReading: Sendable {
    package let issuers: IssuerSet
    /// The key files as they were before they were read, so that a change in between is seen at the next look.
    let files: [String: FileIdentity?]
    /// What issuers that publish their keys were last found to publish.
    let published: [KeySetAddress: [UInt8]]

    /// - Parameters:
    ///   - root: the directory that relative paths of key files start from.
    ///   - published: what was fetched so far; of issuers that are not the bundle's it is left out.
    /// - Throws: a `TokenKeyError` that says what to mend.
    package init(_ bundle: PolicyBundle, root: String, published: [KeySetAddress: [UInt8]] = [:]) throws(TokenKeyError) {
        files = try Self.files(bundle, root: root)
        self.published = Self.published(published, for: bundle)
        var configurations: [IssuerConfiguration] = []
        for issuer in bundle.global.issuers {
            configurations.append(try IssuerConfiguration(issuer, root: root, published: published))
        }
        issuers = try IssuerSet(configurations)
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

    /// Of what was fetched, that which is at an address of the bundle's.
    static func published(_ sets: [KeySetAddress: [UInt8]], for bundle: PolicyBundle) -> [KeySetAddress: [UInt8]] {
        let addresses = Set(bundle.global.issuers.compactMap(\.publishedKeys))
        return sets.filter { addresses.contains($0.key) }
    }
}
