import GatehousePolicy

/// Policies with one development issuer whose keys are where the test wants them.
enum TestPolicies {
    static func bundle(
        keys: String = "certs/dev-token.jwks.json", development: Bool = true, mode: String = "enforce", roles: String = "/roles",
        edit: (old: String, new: String) = ("", "")
    ) throws -> PolicyBundle {
        try PolicyBundle.load(files: [
            PolicyFile(
                name: "_global.yaml",
                text: """
                    apiVersion: gatehouse/v1
                    kind: Global
                    revision: 4
                    issuers:
                      dev:
                        iss: https://dev.gatehouse.invalid
                        audience: [gatehouse]
                        jwks_file: "\(keys)"
                        algorithms: [ES256]
                        typ: [at+jwt]
                        require: [exp, iat, sub, jti]
                        development: \(development)
                    claims:
                      roles: \(roles)
                      scopes: /scope
                    limits:
                      connections: { node: 1000, per_ip: 50 }

                    """.replacing(edit.old.isEmpty ? "\u{0}" : edit.old, with: edit.new)),
            PolicyFile(
                name: "chat.yaml",
                text: """
                    apiVersion: gatehouse/v1
                    kind: NamespacePolicy
                    namespace: /chat
                    revision: 7
                    mode: \(mode)
                    transports: [websocket]
                    origin: { allow_missing: true }
                    connect:
                      allow:
                        - { id: chat.people, when: { issuer: dev } }
                    send:
                      allow:
                        - { id: send.message, event: message }
                        - { id: send.staff, event: "*", when: { roles: { any_of: [moderator] } } }
                    limits:
                      payload: 16KiB
                      connection: { messages: 2/s burst 20 }

                    """),
        ])
    }
}
