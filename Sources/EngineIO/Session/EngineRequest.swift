package import GatehouseTLS
package import NIOCore

/// A request as the layer above sees it, and the handshake of a session for the whole of its life (API-04).
package struct EngineRequest: Sendable {
    package let head: HTTPRequestHead
    /// The other end of the TCP connection.
    package let peer: SocketAddress?
    /// The client's address by the trusted-proxy rule (SEC-27), without a port.
    package let address: String
    /// The verified certificate that the peer showed (mutual TLS).
    package let certificate: CertificateSummary?
    /// Whether the client's connection is encrypted, as far as we or a trusted proxy know.
    package let isSecure: Bool
    /// Milliseconds since 1970.
    package let issued: Int64

    package init(
        head: HTTPRequestHead, peer: SocketAddress?, address: String, certificate: CertificateSummary?, isSecure: Bool, issued: Int64
    ) {
        self.head = head
        self.peer = peer
        self.address = address
        self.certificate = certificate
        self.isSecure = isSecure
        self.issued = issued
    }

    package var method: String { head.method }
    /// The request target as it came.
    package var uri: String { head.target }
    package var path: Substring { head.path }
    package var headers: HTTPFields { head.fields }
    package var query: HTTPQuery { HTTPQuery(target: head.target) }
    /// All `Origin` fields: two of them are not one.
    package var origins: [String] { head.fields.all("origin") }
    package var isCrossDomain: Bool { head.fields.contains("origin") }
}
