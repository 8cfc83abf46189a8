import GatehouseTLS

/// Which clients a TLS server asks for a certificate (mutual TLS).
///
/// It adds to the token and does not replace it: token and policies decide what a client may do. Guards find the certificate in the
/// client's handshake.
public enum ClientCertificates: Sendable, Equatable {
    /// Every client must show a certificate that leads to one of these authorities (a PEM file); the handshake of any other fails.
    case required(authorities: String)
    /// A client may show one; one that does not verify is refused as above.
    case optional(authorities: String)
}

extension ClientCertificates {
    var authorities: String {
        switch self {
        case .required(let path), .optional(let path): path
        }
    }

    var tls: TLSServerConfiguration.ClientCertificates {
        switch self {
        case .required(let path): .required(authorityPath: path)
        case .optional(let path): .optional(authorityPath: path)
        }
    }
}
