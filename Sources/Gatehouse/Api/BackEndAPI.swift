/// Where back ends call the server over HTTP, on an address of its own (BCK-01): `POST /api/emit`, `/api/rooms`, `/api/presence` and
/// `/api/disconnect`, each with a token (`Authorization: Bearer`) and a JSON object.
///
/// Who may call what is for `_api.yaml` of the policies to say; without that file every call is refused. See <doc:BackEnds>.
public struct BackEndAPI: Sendable, Equatable {
    /// The address to listen on.
    public var host: String
    /// The port; 0 takes a free one.
    public var port: Int
    /// Plain HTTP, which a loopback address alone may serve. Otherwise it is TLS with the certificate of the server; a server on plain HTTP
    /// has none, and so no TLS here.
    public var isPlain: Bool
    /// A PEM file with the authorities by which callers must show a certificate, beside their token (mutual TLS); `nil`: none is asked for.
    public var clientAuthorities: String?

    /// On the loopback interface by default.
    public init(host: String = "127.0.0.1", port: Int = 9_465, isPlain: Bool = false, clientAuthorities: String? = nil) {
        self.host = host
        self.port = port
        self.isPlain = isPlain
        self.clientAuthorities = clientAuthorities
    }
}
