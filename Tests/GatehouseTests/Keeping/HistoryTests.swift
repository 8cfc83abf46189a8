import GatehouseAudit
import GatehouseJSON
import GatehouseTestSupport
import GatehouseTesting
import NIOCore
import SocketIO
import Testing

@testable import Gatehouse

@Suite("Histories of rooms")
struct HistoryTests {
    private func server(
        _ history: String = "history: { rooms: [\"tea\", \"lobby:*\"], size: 5, ttl: 10m }", receive: String? = nil, send: String? = nil,
        _ body: (TestServer) async throws -> Void
    ) async throws {
        try await TestServer.with(
            PendingMount(ScriptGateway<Root>()),
            configure: { $0.policies = TestPolicies().allowing(send: send, receive: receive, more: history) }, body)
    }

    private func reader(_ server: TestServer, _ subject: String = "alice") async throws -> SocketIOClient {
        let client = try await server.join(subject)
        _ = try await client.emitWithAck("join", [["room": "tea"]])
        return client
    }

    private func ask(_ client: SocketIOClient, _ request: JSONObject) async throws -> JSONValue {
        try #require(try await client.emitWithAck("history", [.object(request)]).first)
    }

    private func texts(_ answer: JSONValue) -> [JSONValue] { answer["events"]?.arrayValue?.map { $0["args"]?[0] ?? .null } ?? [] }

    @Test("HIS-01, HIS-02: a client reads what a room was sent, in pages, with ids and positions")
    func pages() async throws {
        try await server { server in
            let client = try await reader(server)
            let tea = server.handle.of("/").in("tea")
            for number in 0..<7 { try tea.emit("said", number) }
            try tea.volatile.emit("said", "volatile")
            try server.handle.of("/").in("other").emit("said", "not kept")
            let last = try await ask(client, ["room": "tea", "last": 2])
            #expect(texts(last) == [5, 6] && last["more"] == true)
            let first = try #require(last["events"]?[0])
            #expect(first["event"] == "said" && first["position"]?["offset"] == 6 && first["at"]?.stringValue?.hasSuffix("Z") == true)
            let before = try #require(first["id"])
            let rest = try await ask(client, ["room": "tea", "last": 100, "before": before])
            #expect(texts(rest) == [2, 3, 4] && rest["more"] == false, "two had no room")
            // The server reads the same.
            let page = try server.handle.of("/").in("tea").history(last: 2)
            #expect(page.events.map(\.arguments) == [[5], [6]] && page.hasMore && page.events.first?.id == before.stringValue)
            // HIS-04
            #expect(try await !server.records().contains { "\($0)".contains("said") })
        }
    }

    @Test("HIS-02: only for members of the room, of a room that is kept, by a rule; an unknown id is told")
    func refusals() async throws {
        try await server { server in
            let client = try await reader(server)
            try server.handle.of("/").in("lobby:a").emit("said", 1)
            #expect(try await ask(client, ["room": "lobby:a"])["code"] == "forbidden")
            _ = try await client.emitWithAck("join", [["room": "other"]])
            #expect(try await ask(client, ["room": "other"])["code"] == "not_found")
            #expect(try await ask(client, ["room": "tea", "before": .string(Bits128.random().description)])["code"] == "not_found")
            #expect(try await ask(client, ["room": "tea", "last": 101])["code"] == "invalid")
        }
        try await server(send: "{ id: root.send, event: [join, now] }") { server in
            let client = try await reader(server)
            #expect(try await ask(client, ["room": "tea"])["code"] == "forbidden")
        }
        try await server("") { server in
            let client = try await reader(server)
            #expect(try await ask(client, ["room": "tea"])["code"] == "forbidden")
            #expect(throws: GatewayError.self) { try server.handle.of("/").in("tea").history() }
        }
    }

    @Test("HIS-02: 'receive' rules, exceptions and shadow mutes hold for what is read")
    func hidden() async throws {
        try await server(receive: "{ id: root.receive, event: said }") { server in
            server.runtime.isStaff = { $0.has(role: "moderator") }
            let (client, mallory) = (try await reader(server), try await reader(server, "mallory"))
            _ = try await client.emitWithAck("join", [["room": "out"]])
            let tea = server.handle.of("/").in("tea")
            try tea.emit("secret", 1)
            try tea.except("out").emit("said", 2)
            server.restrict(mutes: [.of("mallory", shadow: true)])
            _ = try await mallory.emitWithAck("say", [["room": "tea", "value": 3]])
            try tea.emit("said", 4)
            #expect(texts(try await ask(client, ["room": "tea"])) == [4])
            #expect(texts(try await ask(mallory, ["room": "tea"])) == [2, 3, 4])
            #expect(try tea.history().events.map(\.arguments) == [[1], [2], [4]])
        }
    }

    @Test("HIS-03: a redaction leaves a tombstone", arguments: ["", ", id_at: /message/id"])
    func tombstone(_ place: String) async throws {
        try await server("history: { rooms: tea, size: 5, ttl: 10m\(place) }") { server in
            let client = try await reader(server)
            let tea = server.handle.of("/").in("tea")
            for id in ["m1", "m2"] {
                let message: JSONValue = ["id": .string(id), "text": "hello"]
                try tea.emit("said", place.isEmpty ? message : ["message": message] as JSONValue)
            }
            _ = try await server.runtime.directory.redact("m1", reason: "spam", in: "tea", of: "/")
            let events = try #require(try await ask(client, ["room": "tea"])["events"]?.arrayValue)
            #expect(events.count == 2 && events[0]["redacted"] == true && events[0]["args"] == nil && events[0]["event"] == nil)
            #expect(events[1]["redacted"] == nil && events[1]["args"] != nil)
            #expect(try tea.history().events.map(\.isRedacted) == [true, false])
        }
    }

    @Test("HIS-01: after its time nothing is left, also in memory")
    func time() async throws {
        try await server { server in
            let client = try await reader(server)
            try server.handle.of("/").in("tea").emit("said", 1)
            #expect(server.runtime.history.counts.events == 1)
            try await server.advance(.seconds(606))
            #expect(server.runtime.history.counts.events == 0 && server.runtime.history.counts.bytes == 0)
            #expect(texts(try await ask(client, ["room": "tea"])).isEmpty)
        }
    }

    @Test("With recovery on, a history has the events as the gateway sent them")
    func withRecovery() async throws {
        try await server("history: { rooms: tea, size: 5, ttl: 10m }\nrecovery: { window: 2m }") { server in
            let client = try await reader(server)
            try server.handle.of("/").in("tea").emit("said", "a")
            let answer = try await ask(client, ["room": "tea"])
            #expect(answer["events"]?[0]?["args"] == ["a"])
        }
    }
}
