import COpenSSL

/// The server that a client means to reach: its certificate must carry this host name, or this IP address.
package struct TLSPeerName: Sendable, Hashable {
    /// A host name, or an IPv4 or IPv6 address as text.
    package let text: String
    private let isAddress: Bool

    package init(_ text: String) throws(TLSError) {
        isAddress = HostSyntax.isAddress(text)
        guard isAddress || HostSyntax.isName(text) else {
            throw TLSError(.hostInvalid, "Neither a host name nor an IP address: \(text.prefix(80))")
        }
        self.text = text
    }

    /// Makes libssl check the name, and send it (SNI knows names only).
    func require(on ssl: OpaquePointer) throws(TLSError) {
        ERR_clear_error()
        let accepted: Bool
        if isAddress {
            accepted = unsafe X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), text) == 1
        } else {
            unsafe SSL_set_hostflags(ssl, UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS))
            accepted = unsafe SSL_set1_host(ssl, text) == 1 && gatehouse_ssl_set_server_name(ssl, text) == 1
        }
        guard accepted else { throw TLSError(.hostInvalid, "OpenSSL refused the peer's name.", cause: OpenSSLFailure.drain()) }
    }
}
