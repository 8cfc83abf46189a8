import GatehouseJSON
import GatehouseTesting
import NIOCore
import SocketIO
import Testing

@testable import Gatehouse

@Suite("`token.on_expiry`")
struct RefreshSettingTests {
    @Test(
        "SEC-41: with `disconnect`, which is the default, a good later token is refused and the session ends with its first one",
        arguments: ["", "token: { on_expiry: disconnect }"])
    func disconnect(_ token: String) async throws {
        try await TestServer.with(
            PendingMount(ScriptGateway<Root>()), configure: { $0.policies = TestPolicies().allowing(more: token) }
        ) { server in
            let client = try await server.join(lifetime: 600)
            let refused = try await client.emitWithAck("auth.refresh", [.object(try server.auth(lifetime: 900))]).first
            #expect(refused?["code"] == "forbidden")
            let record = try await server.record(of: refused?["decision"]?.stringValue)
            #expect(record?["event"] == "auth.failed" && record?["decision"]?["reason"] == "refresh_not_allowed")
            try await server.advance(.milliseconds(601_000))
            #expect(try await client.closed().code == CloseCode.tokenExpired.rawValue)
        }
    }
}
