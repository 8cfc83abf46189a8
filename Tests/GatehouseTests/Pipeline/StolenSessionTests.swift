import EngineIO
import GatehouseAudit
import GatehouseTesting
import Testing

@testable import Gatehouse

@Suite("A session id in other hands")
struct StolenSessionTests {
    private static let target = "/socket.io/?EIO=4&transport=polling"

    /// How it is shown, and with what in place of `Origin: https://app.example`.
    static let attempts = [("GET", "Origin: https://other.example\r\n"), ("POST", "Origin: https://other.example\r\n"), ("GET", "")]

    @Test("AUD-07: shown with another Origin it is refused, and recorded once with whose session it is and who came", arguments: attempts)
    func origin(_ method: String, _ fields: String) async throws {
        let policies = TestPolicies().allowing()
        var allowed = policies
        allowed.replace("[\"https://app.example\"]", with: "[\"https://app.example\", \"https://other.example\"]", in: "root.yaml")
        try await TestServer.with(PendingMount(ScriptGateway<Root>()), configure: { $0.policies = allowed }) { server in
            let client = try await server.connect(.polling, headers: [("Origin", "https://app.example")])
            try await client.join("/", auth: try server.auth("alice"))
            let sid = client.engineSessionID
            for _ in 0..<5 {
                let answer = try await RawHTTP.send(
                    method, Self.target + "&sid=\(sid)", fields: fields, body: method == "POST" ? "3" : "", to: server.url)
                #expect(answer.hasPrefix("HTTP/1.1 403 "), "\(answer)")
            }
            let records = try await server.records("conn.rejected")
            let record = try #require(records.first)
            #expect(records.count == 1 && record["decision"]?["reason"] == "session_origin")
            #expect(record["target"]?["sub"] == "alice" && record["target"]?["ref"]?.stringValue?.isEmpty == false, "\(record)")
            #expect(record["actor"]?["ip"] == "127.0.0.1" && record["actor"]?["port"]?.integerValue ?? 0 > 0)
            #expect(record["actor"]?["sid_h"] == .string(server.runtime.auditKey.pseudonym(of: sid, as: "sid")))
            #expect(record["actor"]?["origin"]?.stringValue == (fields.isEmpty ? nil : "https://other.example"))
            #expect(!record.serialized.contains(sid))
            #expect(try await client.emitWithAck("now", [["value": 1]]) == [1])
        }
    }
}
