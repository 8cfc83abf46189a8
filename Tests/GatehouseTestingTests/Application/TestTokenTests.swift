import Gatehouse
import GatehouseTesting
import Testing

@Suite("The tokens that the harness mints")
struct TestTokenTests {
    private static let global = """
        apiVersion: gatehouse/v1
        kind: Global
        revision: 1
        issuers:
          corp:
            iss: https://idp.example
            audience: [chat, board]
            jwks_file: certs/shared.jwks.json
            algorithms: [ES384, ES256]
            typ: [JWT]
            require: [exp, iat, nbf, sub, jti, tenant]
            leeway: 0s
            max_lifetime: 10m
          partner:
            iss: https://partner.example
            audience: [gatehouse]
            jwks_file: certs/shared.jwks.json
            algorithms: [ES256]
            leeway: 0s
        claims:
          roles: /realm/access/roles
          scopes: /scope
        """

    private static let policy = """
        apiVersion: gatehouse/v1
        kind: NamespacePolicy
        namespace: /tenant/*
        revision: 1
        transports: [websocket]
        origin: { allow_missing: true }
        connect: { allow: [{ id: tenant.open, when: { issuer: [corp, partner] } }] }
        send: { allow: [{ id: tenant.send, event: "**" }] }
        """

    private func run(_ body: (TestApplication) async throws -> Void) async throws {
        try await TestApplication.run(
            gateways: [MirrorGateway()], policies: .files(["_global.yaml": Self.global, "tenant.+.yaml": Self.policy]), body)
    }

    @Test("Roles and scopes are where the policies look for them, beside claims that were given")
    func places() async throws {
        try await run { app in
            let ada = try await app.join(
                "/tenant/acme", as: "ada", roles: ["user", "editor"], scopes: ["read", "write"],
                claims: ["tenant": "acme", "realm": ["name": "main"]])
            let answer = try await ada.emitWithAck("who", [["text": "?"]]).first
            #expect(answer?["issuer"] == "corp")
            #expect(answer?["roles"] == ["user", "editor"])
            #expect(answer?["scopes"] == ["read", "write"])
            #expect(answer?["claims"]?["realm"]?["name"] == "main")
            #expect(answer?["claims"]?["aud"] == ["chat", "board"])
            // As long as the issuer allows.
            #expect(answer?["claims"]?["exp"] == .integer(app.now / 1_000 + 600))
            let bob = try await app.join("/tenant/acme", as: "bob", issuer: "partner")
            #expect(try await bob.emitWithAck("who", [["text": "?"]]).first?["issuer"] == "partner")
        }
    }

    @Test("What the issuer requires and the harness cannot know is asked for, and a token without it can be had")
    func required() async throws {
        try await run { app in
            let error = #expect(throws: TestApplicationError.self) { try app.token("ada") }
            #expect(error?.code == .token && error?.message.contains("tenant") == true)
            #expect(throws: TestApplicationError.self) { try app.token("ada", issuer: "nobody") }
            #expect(throws: TestApplicationError.self) { try app.token("ada", issuer: "partner", claims: ["iss": "https://other"]) }
            #expect(throws: TestApplicationError.self) { try app.token("ada", issuer: "partner", roles: ["user"], claims: ["realm": 1]) }
            let refusal = await #expect(throws: ConnectRefused.self) {
                try await app.join("/tenant/acme", as: "ada", claims: ["tenant": nil])
            }
            #expect(refusal?.code == "unauthorized")
        }
    }

    @Test("A token that has ended, one that lives too long and one that was issued a while ago")
    func ages() async throws {
        try await run { app in
            let ended = try await refusal(app, .seconds(60), .seconds(60))
            #expect(ended == "token_expired")
            let ending = try await refusal(app, .seconds(60), .seconds(59))
            #expect(ending == nil)
            let tooLong = try await refusal(app, .seconds(601), .zero)
            #expect(tooLong == "unauthorized")
        }
    }

    /// Why a client with a token of this lifetime and age is refused; nil if it comes in.
    private func refusal(_ app: TestApplication, _ lifetime: Duration, _ age: Duration) async throws -> String? {
        let token = try app.token("ada", claims: ["tenant": "acme"], lifetime: lifetime, issuedAgo: age)
        let client = try await app.connect()
        do {
            try await client.join("/tenant/acme", auth: ["token": .string(token)])
            return nil
        } catch let refusal as ConnectRefused { return refusal.code }
    }
}
