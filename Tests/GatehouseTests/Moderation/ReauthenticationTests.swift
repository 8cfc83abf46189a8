import GatehouseJSON
import GatehouseTestSupport
import GatehouseTesting
import GatehouseTokens
import NIOCore
import SocketIO
import Testing

@testable import Gatehouse
@testable import GatehouseModeration

@Suite("Users who are asked to authenticate anew")
struct ReauthenticationTests {
    private func server(_ body: (TestServer) async throws -> Void) async throws {
        try await TestServer.with(
            PendingMount(ScriptGateway<Root>()), PendingMount(ScriptGateway<Side>()),
            PendingMount(AdminGateway(store: .inMemory())), configure: { $0.policies = AdminScript.policies }
        ) { server in try await body(server) }
    }

    /// Alice's session is ten seconds old when staff ask; she has a minute.
    private func ask(_ server: TestServer) async throws -> JSONValue {
        try await server.advance(.seconds(10))
        let admin = try await AdminScript.staff(server)
        let answer = try await AdminScript.ask(admin, "user.reauth", ["user": AdminScript.user("alice"), "within_s": 60])
        #expect(answer?["asked"] == 1, "\(String(describing: answer))")
        return .integer(TestClock.start / 1_000 + 70)
    }

    @Test(
        "user.reauth: the client hears by when, and is closed then; its old token opens nothing any more",
        arguments: SocketIOClient.Transport.allCases)
    func closed(_ transport: SocketIOClient.Transport) async throws {
        try await server { server in
            let auth = try server.auth("alice")
            let client = try await server.connect(transport)
            try await client.join("/", auth: auth)
            let bob = try await server.join("bob")
            let limit = try await ask(server)
            #expect(try await client.event("auth.expiring") == [["exp": limit]])
            try await server.advance(.milliseconds(59_500))
            #expect(try await client.emitWithAck("now", [["value": 1]]) == [1])
            try await server.advance(.milliseconds(1_500))
            let notice = try await client.event("system.closed").first
            #expect(notice?["code"] == "reauth_required" && notice?["retry"] == 0)
            #expect(try await server.record(of: notice?["decision"]?.stringValue)?["event"] == "auth.revoked_use")
            let reason = try await client.closed()
            #expect(transport == .polling || reason.code == CloseCode.reauthRequired.rawValue)
            let again = try await server.connect()
            let refusal = await #expect(throws: ConnectRefused.self) { try await again.join("/", auth: auth) }
            #expect(refusal?.code == "token_revoked")
            try await again.join("/", auth: try server.auth("alice"))
            #expect(try await bob.emitWithAck("now", [["value": 1]]) == [1])
        }
    }

    @Test("user.reauth: a newer token answers it; one from before does not, however late it ends")
    func refreshed() async throws {
        try await server { server in
            let hoarded = try server.auth("alice", lifetime: 7_200)
            let client = try await server.join("alice")
            _ = try await ask(server)
            _ = try await client.event("auth.expiring")
            let refused = try await client.emitWithAck("auth.refresh", [.object(hoarded)]).first
            #expect(refused?["code"] == "unauthorized")
            let record = try await server.record(of: refused?["decision"]?.stringValue)
            #expect(record?["decision"]?["reason"] == "before_reauth")
            #expect(try await client.emitWithAck("auth.refresh", [.object(try server.auth("alice"))]).first?["exp"] != nil)
            try await server.advance(.seconds(61))
            #expect(try await client.emitWithAck("now", [["value": 1]]) == [1])
        }
    }

    @Test("user.reauth: a session that is opened with an old token while the time runs gets no more of it")
    func openedMeanwhile() async throws {
        try await server { server in
            let auth = try server.auth("alice")
            _ = try await server.join("alice")
            let limit = try await ask(server)
            try await server.advance(.seconds(30))
            let late = try await server.connect()
            try await late.join("/", auth: auth)
            #expect(try await late.event("auth.expiring") == [["exp": limit]])
            let new = try await server.join("alice")
            try await server.advance(.seconds(31))
            #expect(try await late.closed().code == CloseCode.reauthRequired.rawValue)
            #expect(try await new.emitWithAck("now", [["value": 1]]) == [1])
            try await new.refute("auth.expiring", within: .zero)
        }
    }

    @Test("user.reauth: a session in the middle of its upgrade is closed in time")
    func upgrading() async throws {
        try await server { server in
            let upgrade = try await HalfUpgrade(server)
            // An upgrade has ten seconds.
            try await server.advance(.seconds(2))
            let admin = try await AdminScript.staff(server)
            let answer = try await AdminScript.ask(admin, "user.reauth", ["user": AdminScript.user("alice"), "within_s": 1])
            #expect(answer?["asked"] == 1)
            try await server.advance(.seconds(2))
            try await upgrade.expectClosed("reauth_required")
        }
    }
}
