import Gatehouse
import GatehouseModeration
import GatehouseTesting
import Testing

@Suite("The policies that the harness runs with")
struct TestPoliciesTests {
    @Test("The shipped policies decide as they do in production: a rule that allows, one that does not, and the record of the refusal")
    func shipped() async throws {
        try await TestApplication.run(gateways: [ChatGateway()], policies: .directory("policies")) { app in
            let ada = try await app.join("/chat", as: "ada", roles: ["user"])
            let bob = try await app.join("/chat", as: "bob", roles: ["user"])
            for client in [ada, bob] { #expect(try await client.emitWithAck("join", [["room": "lobby:1"]]) == [true]) }
            #expect(try await ada.emitWithAck("message", [["room": "lobby:1", "message": "hi"]]) == [true])
            #expect(try await bob.event("message") == ["hi"])

            let refusal = try await ada.emitWithAck("message", [["room": "lobby:2", "message": "hi"]]).first
            #expect(refusal?["status"] == "error")
            let record = try await app.auditRecords("msg.denied").last
            #expect(record?["decision"]?["id"] != nil && record?["decision"]?["id"] == refusal?["decision"])

            let outsider = await #expect(throws: ConnectRefused.self) { try await app.join("/chat", as: "eve", roles: ["visitor"]) }
            #expect(outsider?.code == "forbidden")
            let suspended = await #expect(throws: ConnectRefused.self) {
                try await app.join("/chat", as: "mal", roles: ["user"], claims: ["account": ["suspended": true]])
            }
            #expect(suspended?.code == "forbidden")
        }
    }

    @Test("A whole application runs with all of the shipped policies, moderation included")
    func whole() async throws {
        func make(_ configuration: Configuration) -> Application {
            Application(configuration).mount(ChatGateway()).mount(AdminGateway(store: .inMemory()))
        }
        try await TestApplication.run(make, policies: .directory("policies")) { app in
            let ada = try await app.join("/chat", as: "ada", roles: ["user"])
            let mo = try await app.join("/admin", as: "mo", roles: ["moderator"])
            let answer = try await mo.emitWithAck(
                "session.kick",
                [
                    [
                        "user": ["iss": "https://dev.gatehouse.invalid", "sub": "ada"], "reason": "test",
                        "request_id": "01ARZ3NDEKTSV4RRFFQ69G5FAV",
                    ]
                ])
            #expect(answer.first?["closed"] == 1, "\(answer)")
            #expect(try await ada.closed().side == .server)
        }
        // One gateway of the two is not the application that these policies are for.
        let error = await #expect(throws: StartError.self) {
            try await TestApplication.run({ Application($0).mount(ChatGateway()) }, policies: .directory("policies")) { _ in }
        }
        #expect(error?.code == .policy)
    }

    @Test("The production example: roles in a nested claim, scopes, claims of the tenant, an Origin, and an issuer that signs with EdDSA")
    func production() async throws {
        let policies = TestApplication.Policies.directory("policies/examples/production")
        try await TestApplication.run(gateways: [ChatGateway()], policies: policies) { app in
            let options = SocketIOClient.Options(headers: [("Origin", "https://app.example.com")])
            let claims: JSONObject = ["tenant": "acme", "email_verified": true]
            let ada = try await app.join(
                "/chat", as: "ada", roles: ["user"], scopes: ["chat:connect", "chat:read", "chat:write"], claims: claims, options: options)
            let answer = try await ada.emitWithAck("message", [["room": "tenant:other:lobby", "message": "hi"]])
            #expect(answer.first?["code"] == "forbidden")
            // Known, and not who these rules let in.
            let staff = await #expect(throws: ConnectRefused.self) {
                try await app.join("/chat", as: "sue", issuer: "staff", roles: ["user"], claims: claims, options: options)
            }
            #expect(staff?.code == "forbidden")
        }
    }

    private static func global(_ keys: String, algorithms: String = "[ES256]") -> String {
        """
        apiVersion: gatehouse/v1
        kind: Global
        revision: 1
        issuers:
          corp:
            iss: https://idp.example
            audience: [gatehouse]
            \(keys)
            algorithms: \(algorithms)
        claims: { roles: /roles }
        """
    }

    @Test(
        "An issuer whose keys are not in a file of the harness's is refused, with what to do",
        arguments: [
            (global("pem_files: { k1: certs/corp.pem }"), "pem_files"),
            (global("secret_files: { k1: certs/corp.secret }", algorithms: "[HS256]"), "secret_files"),
            (global("jwks_file: /etc/corp.jwks.json"), "absolute"),
            (global("jwks_file: corp.jwks.json", algorithms: "[HS256]"), "HMAC"),
        ])
    func unusable(_ global: String, _ why: String) async throws {
        let error = await #expect(throws: TestApplicationError.self) {
            try await TestApplication.run(gateways: [BoardGateway()], policies: .files(["_global.yaml": global])) { _ in }
        }
        #expect(error?.code == .issuerUnusable)
        #expect(error?.message.contains(why) == true && error?.message.contains("replacing:") == true, "\(String(describing: error))")
    }

    @Test("An issuer that publishes its keys is refused, whether this build could fetch them or not")
    func published() async throws {
        let error = await #expect(throws: TestApplicationError.self) {
            try await TestApplication.run(
                gateways: [BoardGateway()], policies: .files(["_global.yaml": Self.global("jwks_url: https://idp.example/jwks.json")])
            ) { _ in }
        }
        #expect(error?.description.contains("jwks_file") == true, "\(String(describing: error))")
    }

    @Test("A file of a directory can be replaced: the rest is tested all the same")
    func replaced() async throws {
        let other = Self.global("jwks_file: certs/corp.jwks.json")
        // chat.yaml speaks of the issuer dev, which the other file does not have.
        let error = await #expect(throws: TestApplicationError.self) {
            try await TestApplication.run(
                gateways: [ChatGateway()], policies: .directory("policies", replacing: ["_global.yaml": other])
            ) { _ in }
        }
        #expect(error?.code == .policies)
        let renamed = other.replacing("  corp:", with: "  dev:")
        try await TestApplication.run(
            gateways: [ChatGateway()], policies: .directory("policies", replacing: ["_global.yaml": renamed])
        ) { app in
            _ = try await app.join("/chat", as: "ada", roles: ["user"])
        }
    }

    @Test("Policies that are wrong, missing, or for other gateways, and gateways that cannot be mounted, are told before the test begins")
    func wrong() async throws {
        func refusal(_ policies: TestApplication.Policies) async -> (any Error)? {
            await #expect(throws: (any Error).self) {
                try await TestApplication.run(gateways: [BoardGateway()], policies: policies) { _ in }
            }
        }
        let broken = await refusal(.files(["board.yaml": "apiVersion: gatehouse/v1\nkind: Nonsense\n"])) as? TestApplicationError
        #expect(broken?.code == .policies && broken?.description.contains("board.yaml:") == true)
        #expect((await refusal(.directory("no/such/place")) as? TestApplicationError)?.code == .policies)
        #expect((await refusal(.files([:])) as? StartError)?.code == .policy)
    }
}
