package import GatehouseNetwork
package import GatehouseTLS
package import NIOCore

/// A request as the layer above sees it, and the handshake of a session for its whole life (API-04).
package struct EngineRequest: Sendable {
    package private(set) var head: HTTPRequestHead
    /// The other end of the TCP connection.
    package let peer: SocketAddress?
    /// The client's address by the trusted-proxy rule (SEC-27).
    package let address: ClientAddress
    /// The verified certificate that the peer showed (mutual TLS).
    package let certificate: CertificateSummary?
    /// Whether the client's connection is encrypted, as far as we or a trusted proxy know.
    package let isSecure: Bool
    /// The page or program that it comes from.
    package let source: RequestSource
    /// Milliseconds since 1970.
    package let issued: Int64

    /// - Parameter isProxied: whether a trusted proxy sent it.
    package init(
        head: HTTPRequestHead, peer: SocketAddress?, address: ClientAddress, certificate: CertificateSummary?, isSecure: Bool,
        isProxied: Bool = false, issued: Int64
    ) {
        self.head = head
        self.peer = peer
        self.address = address
        self.certificate = certificate
        self.isSecure = isSecure
        source = RequestSource(head, isSecure: isSecure, isProxied: isProxied)
        self.issued = issued
    }

    /// The part of the opening request that a session keeps: all but fields that are not read again and may have many kilobytes.
    var keptForSession: EngineRequest {
        var copy = self
        copy.head = head.removing(["cookie", "proxy-authorization"])
        return copy
    }

    package var method: String { head.method }
    /// The request target as it came.
    package var uri: String { head.target }
    package var path: Substring { head.path }
    package var headers: HTTPFields { head.fields }
    package var query: HTTPQuery { HTTPQuery(target: head.target) }
    /// Whether it is a CORS preflight: it opens nothing and uses no session.
    package var isPreflight: Bool { method == "OPTIONS" }
    package var isCrossDomain: Bool { head.fields.contains("origin") }
}
