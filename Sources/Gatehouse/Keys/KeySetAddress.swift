package import GatehousePolicy

/// Where an issuer publishes its keys. Fetched sets are kept by issuer and address (SEC-34): two issuers never share a set because they
/// share an address.
package struct KeySetAddress: Sendable, Hashable {
    package let issuer: String
    package let url: String
}

extension IssuerPolicy {
    /// The address that the policy file pins; nil for an issuer whose keys are files.
    package var publishedKeys: KeySetAddress? {
        guard case .jwksURL(let url) = keys else { return nil }
        return KeySetAddress(issuer: name, url: url)
    }
}
