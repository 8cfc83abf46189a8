import Foundation
import GatehouseAudit
import GatehouseJSON
import GatehouseModeration
import GatehouseTesting
import Testing

@testable import Gatehouse

@Suite("The audit log over /admin")
struct AdminAuditTests {
    private static let policies = TestPolicies().allowing(send: "{ id: root.send, event: [join, leave, now] }").allowing(
        "/admin", connect: "{ id: admin.staff, when: { roles: { any_of: [auditor] } } }")

    private func server(_ body: (TestServer, SocketIOClient) async throws -> Void) async throws {
        try await TestServer.with(
            PendingMount(ScriptGateway<Root>()), PendingMount(AdminGateway(store: .inMemory())),
            configure: { $0.policies = Self.policies }
        ) { server in
            try await body(server, try await server.join("aud", roles: ["auditor"], in: "/admin"))
        }
    }

    private func ask(_ staff: SocketIOClient, _ event: String, _ payload: JSONObject) async throws -> JSONValue {
        try #require(try await staff.emitWithAck(event, [.object(payload)], in: "/admin", timeout: .seconds(20)).first)
    }

    @Test("audit.query finds by actor, event, decision, room and time")
    func query() async throws {
        try await server { server, staff in
            let alice = try await server.join("alice")
            try await alice.emitWithAck("join", [["room": "red"]])
            let refused = try #require(try await alice.emitWithAck("ban.everybody", ["x"]).first?["decision"])
            try await server.runtime.audit.flush()
            let cases: [(JSONObject, [String])] = [
                (["decision": refused], ["msg.denied"]), (["event": "room.joined"], ["room.joined"]),
                (["actor": "alice", "event": "ns."], ["ns.joined"]), (["room": "red"], ["room.joined"]),
                (["actor": "nobody"], []), (["event": "msg.*", "to": "2001"], []),
                (["event": "msg.denied", "from": "2001-01-01T00"], ["msg.denied"]),
            ]
            for (filter, events) in cases {
                let answer = try await ask(staff, "audit.query", filter)
                let found = answer["records"]?.arrayValue?.compactMap { $0["event"]?.stringValue }
                #expect(found == events, "\(JSONValue.object(filter).serialized)")
                #expect(answer["cursor"] == nil)
            }
            let invalid: [JSONObject] = [
                ["event": "nonsense"], ["decision": "x"], ["from": "yesterday"], ["limit": 0], ["limit": 201], ["cursor": -1],
                ["from": "2026-11-22 20:00"],
            ]
            for filter in invalid {
                #expect(try await ask(staff, "audit.query", filter)["code"] == "invalid", "\(JSONValue.object(filter).serialized)")
            }
            #expect(try await server.records("admin.audit.query").count == cases.count)
        }
    }

    @Test("audit.query pages through all records, each once and in order")
    func paging() async throws {
        try await server { server, staff in
            for number in 0..<7 { try await server.join("user\(number)").close() }
            try await server.runtime.audit.flush()
            let end = try #require(try await ask(staff, "audit.head", [:])["seq"]?.integerValue)
            var seen: [Int64] = []
            var cursor: JSONValue?
            repeat {
                var request: JSONObject = ["limit": 5]
                request["cursor"] = cursor
                let page = try await ask(staff, "audit.query", request)
                seen += page["records"]?.arrayValue?.compactMap { $0["seq"]?.integerValue } ?? []
                cursor = page["cursor"]
            } while cursor != nil && (seen.last ?? 0) < end
            #expect(Array(seen.prefix(Int(end))) == Array(1...end))
        }
    }

    @Test("audit.verify says whether the log is whole, and names the line where it is not")
    func verify() async throws {
        try await server { server, staff in
            try await server.runtime.audit.flush()
            let whole = try await ask(staff, "audit.verify", [:])
            #expect(whole["verdict"] == "good" && (whole["records"]?.integerValue ?? 0) > 2)
            let folder = server.directory.path("audit")
            let file = try #require(try FileManager.default.contentsOfDirectory(atPath: folder).first { $0.hasSuffix(".jsonl") })
            let text = try String(contentsOfFile: folder + "/" + file, encoding: .utf8)
            try server.directory.write(
                text.replacing("\"outcome\":\"ok\"", with: "\"outcome\":\"no\"", maxReplacements: 1), to: "audit/" + file)
            let broken = try await ask(staff, "audit.verify", [:])
            #expect(broken["verdict"] == "tampered" && broken["finding"]?["line"]?.integerValue != nil)
        }
    }

    @Test("audit.head is the last durable record")
    func head() async throws {
        try await server { server, staff in
            try await server.runtime.audit.flush()
            let (before, answer) = (server.runtime.audit.head.seq, try await ask(staff, "audit.head", [:]))
            #expect((answer["seq"]?.integerValue ?? 0) >= Int64(before) && answer["writable"] == true && answer["lost"] == 0)
            #expect(answer["hash"]?.stringValue?.utf8.count == 43)
        }
    }
}
