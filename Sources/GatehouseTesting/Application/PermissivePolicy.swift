import GatehousePolicy

/// Policies that require a token and allow everything else.
enum PermissivePolicy {
    static let globalName = "_global.yaml"
    /// The name of the one issuer.
    static let issuer = "test"

    static let global = """
        apiVersion: gatehouse/v1
        kind: Global
        revision: 1
        issuers:
          \(issuer):
            iss: https://test.gatehouse.invalid
            audience: [gatehouse]
            jwks_file: test.jwks.json
            algorithms: [ES256]
            typ: [at+jwt]
            require: [exp, iat, sub, jti]
            leeway: 0s
        claims:
          roles: /roles
          scopes: /scope
        limits:
          connections: { node: 10000, per_ip: 10000, per_user: 10000, unauthenticated: 10000 }
          ip: { connects: off }

        """

    /// - Parameter namespace: a name or a pattern, such as `/tenant/*`.
    static func text(for namespace: String) -> String {
        let name = PolicyFile.name(of: namespace).dropLast(".yaml".count).split(separator: ".").map { $0 == "+" ? "any" : $0 }
            .joined(separator: ".")
        return """
            apiVersion: gatehouse/v1
            kind: NamespacePolicy
            namespace: \(namespace)
            revision: 1
            mode: enforce
            transports: [websocket, polling]
            origin: { allow_missing: true }
            connect: { allow: [{ id: \(name).connect, when: { issuer: \(issuer) } }] }
            rooms: { join: { allow: [{ id: \(name).join, room: "**" }] } }
            send: { allow: [{ id: \(name).send, event: "**" }] }
            receive: { allow: [{ id: \(name).receive, event: "**" }] }
            limits: { connection: { messages: off, connects: off }, user: { messages: off, connects: off }, ip: { connects: off } }

            """
    }
}
