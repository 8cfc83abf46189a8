import GatehouseJSON
import GatehouseTLS
import GatehouseTokens
import Glibc

/// The directory a benchmark server runs in: policies with real rules and rates that are checked but never reached, keys made on the spot.
struct BenchFiles {
    let root: String
    static let iss = "https://bench.gatehouse.invalid"

    static let global = """
        apiVersion: gatehouse/v1
        kind: Global
        revision: 1
        issuers:
          bench:
            iss: \(iss)
            audience: [gatehouse]
            jwks_file: certs/dev-token.jwks.json
            algorithms: [ES256]
            typ: [JWT]
            require: [exp, iat, sub, jti]
            leeway: 5s
            development: true
        claims: { roles: /roles, scopes: /scope }
        deny:
          - { id: bench.loopback, unless: { ip: ["127.0.0.0/8"] } }
        limits:
          connections: { node: 20000, per_ip: 20000, per_user: 20000, unauthenticated: 20000 }
          # All load comes from one address.
          ip: { connects: off, malformed: 1000000/s burst 1000000, failed_auth_penalty: { delay_after: 10000000, ban_after: 10000000 } }

        """

    static let admin = """
        apiVersion: gatehouse/v1
        kind: NamespacePolicy
        namespace: /admin
        revision: 1
        mode: enforce
        transports: [websocket]
        origin: { allow: [], allow_missing: true }
        connect:
          allow:
            - { id: bench.staff, when: { issuer: bench, roles: { any_of: [admin] } } }
        send:
          allow:
            - { id: bench.acts, event: "**", when: { roles: { any_of: [admin] } } }

        """

    /// - Parameters:
    ///   - rules: how many further rules stand beside the ones that are used.
    ///   - role: who may connect.
    static func namespace(
        _ name: String = "/", id: String = "bench", rules: Int, revision: Int = 1, role: String = "user"
    ) -> String {
        var text = """
            apiVersion: gatehouse/v1
            kind: NamespacePolicy
            namespace: \(name)
            revision: \(revision)
            mode: enforce
            transports: [websocket, polling]
            origin: { allow: [], allow_missing: true }
            connect:
              allow:
                - { id: \(id).users, when: { issuer: bench, roles: { any_of: [\(role)] } } }
            rooms:
              join:
                allow:
                  - { id: \(id).rooms, room: "own:**" }
              max_per_connection: 1024
            send:
              allow:
                - id: \(id).echo
                  event: echo
                  when: { roles: { any_of: [user, moderator] } }
                  dto: EchoPayload
                  rate: { connection: 1000000/s burst 1000000 }

            """
        if name == "/" {
            text += "    - { id: bench.broadcast, event: broadcast, dto: BroadcastPayload, when: { roles: { any_of: [user] } } }\n"
        }
        if rules > 0 {
            text += "  deny:\n"
            for index in 0..<rules {
                text += "    - { id: bench.deny.\(index), event: [echo, broadcast], when: { roles: { any_of: [blocked\(index)] } } }\n"
            }
        }
        return text + """
            receive:
              allow:
                - { id: \(id).receive, event: broadcast, when: { roles: { any_of: [user] } } }
            limits:
              connection: { messages: 1000000/s burst 1000000, connects: 1000000/s burst 1000000 }
              user: { messages: 1000000/s burst 1000000, connects: 1000000/s burst 1000000 }
              ip: { connects: 1000000/s burst 1000000 }

            """
    }

    func make(rules: Int, tokens: Int) throws {
        for path in ["", "/certs", "/policies"] { _ = unsafe mkdir(root + path, 0o750) }
        try write(Self.global, to: "policies/_global.yaml")
        try write(Self.namespace(rules: rules), to: "policies/root.yaml")
        try write(Self.namespace("/many/*", id: "many", rules: 0), to: "policies/many.+.yaml")
        try write(Self.admin, to: "policies/admin.yaml")
        _ = try DevelopmentCertificates.create(in: root + "/certs", now: Int64(time(nil)))
        let key = try (try? DevelopmentTokenKey.load(from: root + "/certs")) ?? DevelopmentTokenKey.create(in: root + "/certs")
        let issuer = try issuer(key)
        var lines = ""
        for index in 0..<tokens {
            let request = TokenRequest(
                subject: "user\(index)", clientID: "bench", lifetime: 86_400, claims: ["roles": .array([.string("user")])])
            lines += "{\"token\":\"\(try issuer.issue(request, now: Int64(time(nil))).text)\"}\n"
        }
        try write(lines, to: "auth.jsonl")
    }

    /// Writes the next revision of the policy of `/`, by which the role that all clients have opens nothing.
    func shutUsersOut() throws { try write(Self.namespace(rules: 0, revision: 2, role: "nobody"), to: "policies/root.yaml") }

    func issuer(_ key: DevelopmentTokenKey) throws(TokenKeyError) -> TokenIssuer {
        try TokenIssuer(key: key.signingKey, iss: Self.iss, audience: ["gatehouse"], typ: "JWT")
    }

    func write(_ text: String, to name: String) throws {
        guard let file = unsafe fopen(root + "/" + name, "w") else { throw BenchError(message: "\(root)/\(name) cannot be written") }
        defer { unsafe fclose(file) }
        guard unsafe fputs(text, file) >= 0 else { throw BenchError(message: "\(root)/\(name) cannot be written") }
    }
}

struct BenchError: Error, CustomStringConvertible {
    let message: String
    var description: String { message }
}
