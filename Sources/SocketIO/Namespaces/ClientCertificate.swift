/// A client's own certificate, whose chain to one of the server's client authorities was verified in the TLS handshake (mutual TLS).
public struct ClientCertificate: Sendable, Hashable {
    /// The subject in RFC 2253 form, such as `CN=device-7,O=Example`; control characters are escaped.
    public let subject: String
    /// SHA-256 over the certificate's DER form, in lower-case hexadecimal.
    public let fingerprint: String

    package init(subject: String, fingerprint: String) {
        self.subject = subject
        self.fingerprint = fingerprint
    }
}
