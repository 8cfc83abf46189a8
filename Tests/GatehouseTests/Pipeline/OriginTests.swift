import GatehouseTesting
import Testing

@testable import Gatehouse

@Suite("Origins at the handshake and at CONNECT")
struct OriginTests {
    private static func policies(_ origin: String) -> TestPolicies {
        var policies = TestPolicies().allowing().allowing("/side")
        for file in ["root.yaml", "side.yaml"] {
            policies.replace(
                "allow: [\"https://app.example\"], allow_missing: true",
                with: file == "root.yaml" ? origin : "allow: [\"https://side.example\"]", in: file)
        }
        return policies
    }

    static let origins: [(policy: String, header: String?, isTaken: Bool)] = [
        ("allow: [\"https://app.example\"]", nil, false),
        ("allow: [\"https://app.example\"], allow_missing: false", nil, false),
        ("allow: [\"https://app.example\"], allow_missing: true", nil, true),
        ("allow: [\"https://app.example\"]", "https://app.example", true),
        ("allow: [\"https://app.example\"], allow_missing: true", "null", false),
        ("allow: [\"https://app.example\"], allow_missing: true", "", false),
    ]

    @Test(
        "SEC-03: a client without an Origin is let in only where a policy says so; anything else that is no origin is not missing",
        arguments: origins)
    func missing(_ policy: String, _ header: String?, _ isTaken: Bool) async throws {
        try await TestServer.with(
            PendingMount(ScriptGateway<Root>()), PendingMount(ScriptGateway<Side>()), configure: { $0.policies = Self.policies(policy) }
        ) { server in
            let headers = header.map { [("Origin", $0)] } ?? []
            for transport in SocketIOClient.Transport.allCases {
                if isTaken {
                    let client = try await server.connect(transport, headers: headers)
                    try await client.join("/", auth: try server.auth())
                } else {
                    let error = await #expect(throws: SocketIOClientError.self) { try await server.connect(transport, headers: headers) }
                    #expect(error?.httpStatus == 403)
                }
            }
            if !isTaken { #expect(try await server.records("conn.rejected").last?["decision"]?["reason"] == "origin") }
        }
    }

    @Test("SEC-02, SEC-03: what one namespace lets in is not let into another that does not")
    func perNamespace() async throws {
        let taken = "allow: [\"https://app.example\"], allow_missing: true"
        try await TestServer.with(
            PendingMount(ScriptGateway<Root>()), PendingMount(ScriptGateway<Side>()), configure: { $0.policies = Self.policies(taken) }
        ) { server in
            let client = try await server.join()
            let refusal = await #expect(throws: ConnectRefused.self) { try await client.join("/side", auth: try server.auth()) }
            #expect(refusal?.code == "forbidden")
            #expect(try await server.record(of: refusal?.decision)?["decision"]?["reason"] == "origin_not_allowed")
        }
    }
}
