/// A server's certificate and key, and which clients it asks for a certificate.
package struct TLSServerConfiguration: Sendable, Hashable {
    /// PEM, the leaf first, then the chain up to (not including) the root.
    package var certificatePath: String
    /// PEM, not encrypted, readable by its owner only.
    package var privateKeyPath: String
    package var clientCertificates: ClientCertificates

    package init(certificatePath: String, privateKeyPath: String, clientCertificates: ClientCertificates = .notRequested) {
        self.certificatePath = certificatePath
        self.privateKeyPath = privateKeyPath
        self.clientCertificates = clientCertificates
    }

    /// Mutual TLS.
    package enum ClientCertificates: Sendable, Hashable {
        case notRequested
        /// A client may show a certificate of these authorities (PEM); one that does not verify is refused.
        case optional(authorityPath: String)
        /// A client must show a certificate of these authorities (PEM).
        case required(authorityPath: String)

        var authorityPath: String? {
            switch self {
            case .notRequested: nil
            case .optional(let path), .required(let path): path
            }
        }
    }
}
