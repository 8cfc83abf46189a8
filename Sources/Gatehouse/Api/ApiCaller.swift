import EngineIO
import GatehouseAudit
import GatehouseNetwork
import GatehousePolicy
import GatehouseTokens
import NIOCore

/// Who calls, from where: the bearer of a good token.
struct ApiCaller: Sendable {
    let token: VerifiedToken
    let address: ClientAddress
    let actor: AuditActor

    init(_ token: VerifiedToken, _ place: Place, key: AuditKey) {
        self.token = token
        address = place.address
        actor = AuditActor(
            issuer: token.iss, subject: token.sub, tokenID: token.jti, ip: place.address, port: place.port, key: key)
    }

    /// Where a request comes from.
    struct Place: Sendable {
        let address: ClientAddress
        let port: UInt16?

        init(_ request: EngineRequest) {
            address = request.address
            port = request.peer?.port.flatMap { UInt16(exactly: $0) }
        }
    }

    var user: UserID { UserID(iss: token.iss, subject: token.sub) }

    /// What rules see of it. A call comes over HTTP, as polling does, and from no page.
    func subject(_ settings: GlobalSettings, in namespace: String) -> Subject {
        var subject = Subject(
            issuer: token.issuer, iss: token.iss, sub: token.sub, claims: token.claims, ip: address.ip,
            origin: RequestOrigin(RequestSource.unknown), transport: .polling, settings: settings)
        subject.namespace = namespace
        return subject
    }
}
