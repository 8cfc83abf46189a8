/// The authorities that a client trusts, and its own certificate. Verification cannot be switched off.
package struct TLSClientConfiguration: Sendable, Hashable {
    /// PEM file of the authorities to trust; `nil` for the system's own.
    package var authorityPath: String?
    package var applicationProtocols: [String]
    /// For mutual TLS.
    package var identity: Identity?

    package init(authorityPath: String?, applicationProtocols: [String] = ["http/1.1"], identity: Identity? = nil) {
        self.authorityPath = authorityPath
        self.applicationProtocols = applicationProtocols
        self.identity = identity
    }

    /// The client's own certificate chain and key, under the same rules as a server's.
    package struct Identity: Sendable, Hashable {
        package var certificatePath: String
        package var privateKeyPath: String

        package init(certificatePath: String, privateKeyPath: String) {
            self.certificatePath = certificatePath
            self.privateKeyPath = privateKeyPath
        }
    }
}
