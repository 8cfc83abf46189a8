package import EngineIO
public import GatehouseJSON
package import GatehouseNetwork

/// The request that opened a socket's connection (API-04). Values come from the peer unless stated otherwise.
///
/// It holds the bytes of the request's head, which all namespaces of a connection share, and reads ``headers`` and ``query`` out of them
/// whenever they are asked for. Credentials and cookies are not in them.
public struct Handshake: Sendable {
    private let fields: HTTPFields
    private let target: String
    /// When the Engine.IO session was opened, in milliseconds since 1970.
    public let issued: Int64
    /// The client's address: the peer's, or the right-most forwarded one that no trusted proxy vouches for (SEC-27). `unknown` where a proxy
    /// wrote something else than an address.
    public var address: String { client.description }
    package let client: ClientAddress
    /// Whether the client's connection is on TLS: its own to this server, or its own to a trusted proxy that says so.
    public let secure: Bool
    /// The certificate that the client showed, verified; `nil` where the server asks for none, or takes clients without one.
    public let certificate: ClientCertificate?
    /// The page or program that opened the session.
    package let source: RequestSource
    /// The payload of CONNECT. The token is taken out of it after verification (SIO-12).
    public let auth: JSONObject

    /// The handshake as handlers see it: without the fields that hold credentials (SIO-12).
    package init(_ request: EngineRequest, certificate: ClientCertificate?, auth: JSONObject) {
        fields = request.headers.removing(["authorization", "cookie", "proxy-authorization"])
        target = request.uri
        issued = request.issued
        client = request.address
        secure = request.isSecure
        self.certificate = certificate
        source = request.source
        self.auth = auth
    }

    /// Header fields in the order they came, their names in lower case. `Authorization` and `Cookie` are not among them (SIO-12).
    public var headers: [(name: String, value: String)] { fields.entries }

    /// The moment of ``issued``; its text is RFC 3339 in UTC.
    public var time: Instant { Instant(milliseconds: issued) }

    /// Whether the request came with an `Origin`.
    public var xdomain: Bool { fields.contains("origin") }

    /// The request target, without its query.
    public var url: String { String(target.prefix { $0 != "?" }) }

    /// The query of the request that opened the session.
    public var query: [(name: String, value: String)] { HTTPQuery(target: target).items }
}
