import GatehouseTLS

/// Whom a server with TLS asks for a certificate of their own (mutual TLS).
///
/// It stands beside the token and does not replace it: what a client may do is decided by its token and the policies. Guards find the
/// certificate in the handshake of the client.
public enum ClientCertificates: Sendable, Equatable {
    /// Every client must show a certificate that leads to one of these authorities (a PEM file); the handshake of any other fails.
    case required(authorities: String)
    /// A client may show one; one that does not verify is refused as above.
    case optional(authorities: String)
}

extension ClientCertificates {
    var tls: TLSServerConfiguration.ClientCertificates {
        switch self {
        case .required(let path): .required(authorityPath: path)
        case .optional(let path): .optional(authorityPath: path)
        }
    }
}
