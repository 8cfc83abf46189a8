import EngineIO
import GatehouseJSON
import GatehouseTLS
import SocketIO

extension Handshake {
    /// The handshake as handlers see it: without the fields that hold credentials (SIO-12).
    init(_ request: EngineRequest, auth: JSONObject) {
        self.init(
            headers: request.headers.entries.filter { field in
                let name = field.name.lowercased()
                return name != "authorization" && name != "cookie" && name != "proxy-authorization"
            },
            issued: request.issued, address: request.address, xdomain: request.isCrossDomain, secure: request.isSecure,
            certificate: request.certificate.map { ClientCertificate(subject: $0.subject, fingerprint: $0.fingerprint) },
            url: String(request.path), query: request.query.items, auth: auth)
    }
}
