import EngineIO
public import GatehouseJSON

/// What a socket's connection looked like when it was opened (API-04). Values are the peer's unless said otherwise.
public struct Handshake: Sendable {
    /// Header fields in the order they came. `Authorization` and `Cookie` are not among them (SIO-12).
    public let headers: [(name: String, value: String)]
    /// When the Engine.IO session was opened, in milliseconds since 1970.
    public let issued: Int64
    /// The same moment; its text is RFC 3339 in UTC.
    public var time: Instant {
        let (seconds, rest) = issued.quotientAndRemainder(dividingBy: 1_000)
        return Instant(seconds: seconds, nanoseconds: Int32(clamping: rest) * 1_000_000)
    }
    /// The client's address: the peer's, or the right-most forwarded one that no trusted proxy vouches for (SEC-27).
    public let address: String
    /// Whether the request came with an `Origin`.
    public let xdomain: Bool
    /// Whether the client's connection is on TLS: its own to this server, or its own to a trusted proxy that says so.
    public let secure: Bool
    /// The certificate that the client showed, verified; `nil` where the server asks for none, or takes clients without one.
    public let certificate: ClientCertificate?
    /// The request target, without its query.
    public let url: String
    /// The query of the request that opened the session.
    public let query: [(name: String, value: String)]
    /// The payload of CONNECT. The token is taken out of it after verification (SIO-12).
    public let auth: JSONObject

    package init(
        headers: [(name: String, value: String)], issued: Int64, address: String, xdomain: Bool, secure: Bool,
        certificate: ClientCertificate?, url: String, query: [(name: String, value: String)], auth: JSONObject
    ) {
        self.headers = headers
        self.issued = issued
        self.address = address
        self.xdomain = xdomain
        self.secure = secure
        self.certificate = certificate
        self.url = url
        self.query = query
        self.auth = auth
    }
}
