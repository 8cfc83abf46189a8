import COpenSSL

/// The result of a handshake. Fired as a user inbound event by ``TLSHandler`` when the handshake is over.
package struct TLSHandshakeCompleted: Sendable, Hashable {
    package enum Version: String, Sendable, Hashable {
        case tls12 = "TLSv1.2"
        case tls13 = "TLSv1.3"
    }

    package let version: Version
    /// OpenSSL's name of the cipher suite, such as `TLS_AES_128_GCM_SHA256`.
    package let cipher: String
    /// `nil` when the peer offered no application protocol.
    package let applicationProtocol: String?
    /// Resumed from a ticket: no signature was made.
    package let isResumed: Bool
    /// The verified certificate of the peer: for a server only with mutual TLS.
    package let peer: CertificateSummary?

    init(_ ssl: OpaquePointer) {
        version = unsafe SSL_version(ssl) == TLS1_2_VERSION ? .tls12 : .tls13
        cipher = unsafe SSL_CIPHER_get_name(SSL_get_current_cipher(ssl)).map { unsafe String(cString: $0) } ?? ""
        isResumed = unsafe SSL_session_reused(ssl) == 1

        var chosen: UnsafePointer<UInt8>?
        var length: UInt32 = 0
        unsafe SSL_get0_alpn_selected(ssl, &chosen, &length)
        if let chosen = unsafe chosen {
            applicationProtocol = unsafe String(decoding: UnsafeBufferPointer(start: chosen, count: Int(length)), as: UTF8.self)
        } else {
            applicationProtocol = nil
        }

        if let handle = unsafe SSL_get1_peer_certificate(ssl) {
            peer = unsafe Certificate(owning: handle).summary()
        } else {
            peer = nil
        }
    }
}
