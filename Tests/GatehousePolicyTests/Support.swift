import GatehouseJSON
import GatehouseNetwork
import GatehousePolicy

/// The repository's policies directory.
let policiesDirectory: String = {
    // Through the symbolic links of a build elsewhere this is still the path of the sources as compiled.
    let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    return parts.dropLast(3).joined(separator: "/") + "/policies"
}()

let globalText = """
    apiVersion: gatehouse/v1
    kind: Global
    revision: 1
    issuers:
      corp:
        iss: https://corp.example
        audience: [gatehouse]
        jwks_file: certs/corp.jwks.json
        algorithms: [ES256]
    claims: { roles: /roles, scopes: /scope }
    """

/// A namespace file's text with a header before `body`.
func namespaceText(_ body: String, mode: String = "enforce", namespace: String = "/chat") -> String {
    """
    apiVersion: gatehouse/v1
    kind: NamespacePolicy
    namespace: \(namespace)
    revision: 1
    mode: \(mode)
    transports: [websocket, polling]
    origin: { allow: ["https://app.example.com"], allow_missing: true }
    \(body)
    """
}

/// A bundle of the test issuer and one namespace `/chat`.
func bundle(_ body: String, mode: String = "enforce", global: String = globalText, generation: UInt64 = 1) throws -> PolicyBundle {
    try PolicyBundle.load(
        files: [PolicyFile(name: "_global.yaml", text: global), PolicyFile(name: "chat.yaml", text: namespaceText(body, mode: mode))],
        options: .init(generation: generation))
}

/// A bearer of a token from `corp` on loopback.
func subject(
    _ sub: String = "u1", roles: [String]? = ["user"], scope: String? = nil, claims: JSONValue = [:], issuer: String = "corp",
    ip: String = "127.0.0.1", origin: RequestOrigin = nil, transport: TransportName = .websocket, settings: GlobalSettings
) -> Subject {
    var members: [String: JSONValue] = [:]
    if case .object(let object) = claims { for member in object.members { members[member.key] = member.value } }
    if let roles { members["roles"] = .array(roles.map { .string($0) }) }
    if let scope { members["scope"] = .string(scope) }
    var object = JSONObject()
    for key in members.keys.sorted() { object[key] = members[key] }
    return Subject(
        issuer: issuer, iss: "https://\(issuer).example", sub: sub, claims: .object(object), ip: IPAddress(ip), origin: origin,
        transport: transport, settings: settings)
}

func anonymous(ip: String = "127.0.0.1", origin: RequestOrigin = nil, transport: TransportName = .websocket) -> Subject {
    Subject(anonymousFrom: IPAddress(ip), origin: origin, transport: transport)
}
