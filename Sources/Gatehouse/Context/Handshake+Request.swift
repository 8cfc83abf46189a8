import EngineIO
import GatehouseJSON
import GatehouseTLS
import SocketIO

extension Handshake {
    init(_ request: EngineRequest, auth: JSONObject) {
        self.init(
            request, certificate: request.certificate.map { ClientCertificate(subject: $0.subject, fingerprint: $0.fingerprint) },
            auth: auth)
    }
}
