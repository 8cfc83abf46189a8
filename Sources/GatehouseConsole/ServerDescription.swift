import EngineIO
import Gatehouse
import GatehouseJSON
import NIOCore

/// `server.json`: what the pages must know of their server. Nothing in it is secret.
struct ServerDescription: Sendable {
    /// The path of the Socket.IO endpoint.
    var path: String
    var hasDemo: Bool
    /// Where staff may sign in beside having a token.
    var issuer: ConsoleIssuer?
    /// The name of the console there.
    var client: String
    var headers: SecurityHeaders

    var json: JSONValue {
        var members: JSONObject = ["path": .string(path), "demo": .bool(hasDemo), "version": .string(PackageVersion.text)]
        if let issuer { members["oidc"] = ["issuer": .string(issuer.text), "client": .string(client)] }
        return .object(members)
    }

    func answer(to request: PageRequest, _ access: ConsoleAccess) -> HTTPResponse {
        guard access.includes(request) else { return HTTPResponse(.notFound) }
        var here = self
        // The demo is for this machine, whoever else sees the console.
        here.hasDemo = hasDemo && request.isOfThisMachine
        return HTTPResponse(
            .ok, contentType: "application/json", body: ByteBuffer(string: here.json.serialized), fields: headers.fields)
    }
}
