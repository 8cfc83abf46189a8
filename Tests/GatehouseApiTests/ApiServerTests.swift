import Foundation
import GatehouseAudit
import GatehouseJSON
import GatehousePolicy
import GatehouseTestSupport
import Logging
import NIOCore
import SocketIO
import Testing

@testable import Gatehouse
@testable import GatehouseTesting

@Suite("Back ends call over HTTP", .timeLimit(.minutes(1)))
struct ApiServerTests {
    private static let rules = """
        apiVersion: gatehouse/v1
        kind: ApiPolicy
        revision: 1
        allow:
          - id: api.orders
            calls: [emit, rooms, presence, disconnect]
            when: { issuer: test, scopes: { all_of: [orders] } }
            namespaces: [/]
            rooms: ["order:*"]
            events: ["order.*", connect]
            max_bytes: 200B
            rate: { subject: 1000/s }
          - id: api.everybody
            calls: [emit, disconnect, presence]
            when: { issuer: test, scopes: { all_of: [everybody] } }
            namespaces: [/]
            whole_namespace: true
            events: [news]
          - id: api.seldom
            calls: [emit]
            when: { issuer: test, scopes: { all_of: [seldom] } }
            namespaces: [/]
            whole_namespace: true
            events: [news]
            rate: { subject: 1/h burst 2 }

        """

    private static let namespace = """
        apiVersion: gatehouse/v1
        kind: NamespacePolicy
        namespace: /
        revision: 1
        transports: [websocket]
        origin: { allow_missing: true }
        connect: { allow: [ { id: connect, when: { issuer: test } } ] }
        rooms: { join: { allow: [ { id: join, room: "**" } ] } }
        send: { allow: [ { id: send, event: [enter, echo] } ] }
        receive: { allow: [ { id: receive, event: RECEIVED } ] }

        """

    /// A gateway whose clients enter rooms as they like.
    private struct RoomGateway: Gateway {
        static let namespace: Namespace = "/"

        struct Entry: Payload {
            var room: RoomName
            static let schema = Schema(Field("room", \.room), make: Entry.init)
        }

        func routes(_ on: inout Routes) {
            on("enter", enter)
            on("echo", echo)
        }

        func enter(_ entry: Entry, _ context: EventContext) throws -> Bool {
            try context.client.join(entry.room)
            return true
        }

        func echo(_ value: JSONValue, _ context: EventContext) throws -> JSONValue { value }
    }

    private struct Door {
        let app: TestApplication
        var client: ApiClient
        var server: RunningServer { app.server }

        func caller(_ scopes: String..., subject: String = "orders") throws -> ApiClient {
            var client = client
            client.token = try app.token(subject, scopes: scopes)
            return client
        }

        func member(_ subject: String, of rooms: String...) async throws -> SocketIOClient {
            let client = try await app.join("/", as: subject)
            for room in rooms { #expect(try await client.emitWithAck("enter", [["room": .string(room)]]) == [true]) }
            return client
        }

        func records(_ event: String) async throws -> [JSONValue] { try await app.auditRecords(event) }
    }

    /// Of the issuer `test`.
    private static let iss = "https://test.gatehouse.invalid"

    private func with(
        receiving events: String = "\"**\"", rules: String? = rules, tls: Bool = false, callersFrom authority: String? = nil,
        _ body: (Door) async throws -> Void
    ) async throws {
        var files = ["root.yaml": Self.namespace.replacing("RECEIVED", with: events)]
        if let rules { files["_api.yaml"] = rules }
        try await TestApplication.run(
            { given in
                var configuration = given
                configuration.api = BackEndAPI(port: 0, clientAuthorities: authority)
                return Application(configuration, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }).mount(RoomGateway())
            }, policies: .files(files), tls: tls
        ) { app in
            try await body(Door(app: app, client: ApiClient(url: try #require(app.server.apiURL), authorityPath: app.authorityPath)))
        }
    }

    @Test("BCK-01: an event reaches the clients of its rooms, once each, without those of except; others hear nothing")
    func emit() async throws {
        try await with { door in
            let (one, both, left, other) = (
                try await door.member("one", of: "order:1"), try await door.member("both", of: "order:1", "order:2"),
                try await door.member("left", of: "order:1", "order:3"), try await door.member("other", of: "lobby")
            )
            let answer = try await door.caller("orders").post(
                "emit",
                [
                    "ns": "/", "rooms": ["order:1", "order:2"], "except": ["order:3"], "event": "order.paid",
                    "args": [7, ["sum": 1.5], "é"],
                ])
            #expect(answer.status == 200, "\(answer.text)")
            for client in [one, both] {
                #expect(try await client.event("order.paid") == [7, ["sum": 1.5], "é"])
            }
            _ = try await door.caller("everybody").post("emit", ["ns": "/", "event": "news"])
            for client in [one, both, left, other] {
                #expect(try await client.event("news").isEmpty)
                // What was sent before it has come, too.
                try await client.refute("order.paid", within: .zero)
            }
            let record = try #require(try await door.records("api.called").first)
            #expect(record["decision"]?["id"] == answer.json["decision"] && record["decision"]?["rule"] == "api.orders")
            #expect(record["target"]?["event"] == "order.paid" && record["actor"]?["sub"] == "orders")
            #expect(record["detail"]?["rooms"] == 2 && record["detail"]?["call"] == "emit")
        }
    }

    @Test("BCK-01: who asks for acks gets them, and is told who was silent")
    func acks() async throws {
        try await with { door in
            let (quick, silent) = (try await door.member("quick", of: "order:1"), try await door.member("silent", of: "order:2"))
            try await quick.onAckRequest { SocketIOPayload([$0.arguments.first ?? .null, "yes"]) }
            try await silent.onAckRequest { _ in nil }
            let all = try await door.caller("orders").post(
                "emit", ["ns": "/", "rooms": ["order:1"], "event": "order.paid", "args": [1], "ack": 20_000]
            ).json
            #expect(all["answers"]?[0]?["args"] == [1, "yes"] && all["partial"] == false && all["silent"] == 0, "\(all)")
            async let asked = door.caller("orders").post("emit", ["ns": "/", "rooms": ["order:2"], "event": "order.paid", "ack": 1_000])
            _ = try await silent.event("order.paid")
            try await door.app.advance(by: .seconds(1))
            let part = try await asked
            #expect(part.json["answers"] == [] && part.json["partial"] == true && part.json["silent"] == 1, "\(part.text)")
        }
    }

    @Test("BCK-01: a receive rule holds for what back ends send")
    func receive() async throws {
        try await with(receiving: "[order.paid, news]") { door in
            let client = try await door.member("one", of: "order:1")
            let secret = try await door.caller("orders").post("emit", ["ns": "/", "rooms": ["order:2"], "event": "order.secret"])
            let paid = try await door.caller("orders").post("emit", ["ns": "/", "rooms": ["order:1"], "event": "order.paid"])
            #expect(secret.status == 200 && paid.status == 200)
            _ = try await client.event("order.paid")
        }
    }

    @Test("BCK-01: rooms and presence are told as far as the rules go, by pages")
    func looks() async throws {
        try await with { door in
            let clients = [
                try await door.member("a", of: "order:1", "order:2", "lobby"), try await door.member("a", of: "order:2"),
                try await door.member("b", of: "order:2"),
            ]
            let caller = try door.caller("orders")
            let all = try await caller.post("rooms", ["ns": "/"]).json
            #expect(all["rooms"] == [["room": "order:1", "clients": 1], ["room": "order:2", "clients": 3]], "\(all)")
            let first = try await caller.post("rooms", ["ns": "/", "limit": 1]).json
            #expect(first["rooms"] == [["room": "order:1", "clients": 1]] && first["cursor"] == "order:1")
            let some = try await caller.post("rooms", ["ns": "/", "rooms": ["order:9", "order:2"]]).json
            #expect(some["rooms"] == [["room": "order:2", "clients": 3], ["room": "order:9", "clients": 0]], "\(some)")
            #expect(try await caller.post("rooms", ["ns": "/", "rooms": ["lobby"]]).status == 403)
            let present = try await caller.post("presence", ["ns": "/", "rooms": ["order:2"], "limit": 1]).json
            #expect(present["count"] == 2 && present["users"]?[0]?["sub"] == "a" && present["users"]?[0]?["connections"] == 2, "\(present)")
            let cursor = try #require(present["cursor"])
            let rest = try await caller.post("presence", ["ns": "/", "rooms": ["order:2"], "limit": 1, "cursor": cursor]).json
            #expect(rest["users"]?[0]?["sub"] == "b" && rest["cursor"] == nil, "\(rest)")
            _ = clients
        }
    }

    @Test("BCK-01: disconnect means the clients of rooms, or of one user; the act is in the log before it is done")
    func disconnect() async throws {
        try await with { door in
            let (one, two, other) = (
                try await door.member("one", of: "order:1"), try await door.member("two", of: "order:1"),
                try await door.member("two", of: "lobby")
            )
            let user: JSONValue = ["iss": .string(Self.iss), "sub": "two"]
            let first = try await door.caller("orders").post("disconnect", ["ns": "/", "rooms": ["order:1"], "user": user, "close": true])
            #expect(first.json["clients"] == 1, "\(first.text)")
            _ = try await two.closed()
            for client in [one, other] { #expect(try await client.emitWithAck("echo", [1]) == [1]) }
            #expect(try await door.caller("orders").post("disconnect", ["ns": "/", "user": user]).status == 403)
            #expect(try await door.caller("everybody").post("disconnect", ["ns": "/", "user": user, "close": true]).json["clients"] == 1)
            _ = try await other.closed()
            #expect(try await door.records("api.called").count == 2)
        }
    }

    static let refusals: [(String, JSONValue, Int, String)] = [
        ("emit", ["ns": "/", "rooms": ["lobby"], "event": "order.paid"], 403, "forbidden"),
        ("emit", ["ns": "/", "event": "order.paid"], 403, "forbidden"),
        ("emit", ["ns": "/", "rooms": ["order:1"], "event": "user.gone"], 403, "forbidden"),
        ("emit", ["ns": "/other", "rooms": ["order:1"], "event": "order.paid"], 403, "forbidden"),
        ("emit", ["ns": "/", "rooms": ["order:1"], "event": "connect"], 400, "invalid"),
        ("emit", ["ns": "/", "rooms": nil, "event": "order.paid"], 400, "invalid"),
        ("emit", ["ns": "/", "rooms": [], "event": "order.paid"], 400, "invalid"),
        ("emit", ["ns": "/", "rooms": ["order:*"], "event": "order.paid"], 400, "invalid"),
        ("emit", ["ns": "/", "rooms": ["order:1"], "event": "order.paid", "room": "x"], 400, "invalid"),
        ("emit", ["ns": "/", "rooms": ["order:1"], "event": "order.paid", "ack": 30_001], 400, "invalid"),
        ("emit", ["ns": "", "rooms": ["order:1"], "event": "order.paid"], 400, "invalid"),
        ("emit", ["ns": "//", "rooms": ["order:1"], "event": "order.paid"], 400, "invalid"),
        (
            "emit", ["ns": "/", "rooms": ["order:1"], "event": "order.paid", "args": [.string(String(repeating: "x", count: 200))]], 413,
            "too_large"
        ),
        ("emit", [1, 2], 400, "invalid"),
        ("presence", ["ns": "/"], 403, "forbidden"),
        ("disconnect", ["ns": "/", "rooms": ["order:1"], "user": nil], 400, "invalid"),
    ]

    @Test("BCK-02: what is not allowed is refused with a code and a decision, which is in the log", arguments: refusals)
    func refused(_ call: String, _ body: JSONValue, _ status: Int, _ code: String) async throws {
        try await with { door in
            let answer = try await door.caller("orders").post(call, body)
            #expect(answer.status == status && answer.code == code, "\(answer.text)")
            let record = try #require(try await door.records("api.denied").first)
            #expect(record["decision"]?["id"] == answer.json["decision"] && record["detail"]?["call"] == .string(call))
            #expect(try await door.records("api.called").isEmpty)
        }
    }

    @Test("BCK-02: a namespace that the rules name and nobody serves is not found")
    func unserved() async throws {
        let rules = Self.rules.replacing("[/]", with: "[/, \"/*\"]")
        try await with(rules: rules) { door in
            let answer = try await door.caller("everybody").post("emit", ["ns": "/elsewhere", "event": "news"])
            #expect(answer.status == 404 && answer.code == "not_found", "\(answer.text)")
        }
    }

    @Test("BCK-01: a request that is no call is refused by its head")
    func heads() async throws {
        try await with { door in
            let (caller, body) = (try door.caller("everybody"), #"{"ns":"/","event":"news"}"#)
            func status(_ answer: ApiClient.Answer) -> String { "\(answer.status) \(answer.code ?? "-")" }
            #expect(status(try await door.client.send("POST", "/api/emit", body: body)) == "401 unauthorized")
            #expect(status(try await caller.send("GET", "/api/emit")) == "405 invalid")
            #expect(status(try await caller.send("POST", "/api/emit", body: body, contentType: "text/plain")) == "415 invalid")
            #expect(status(try await caller.send("POST", "/api/emit", body: body, fields: [("Content-Encoding", "gzip")])) == "415 invalid")
            #expect(status(try await caller.send("POST", "/api/emit", body: body, fields: [("Idempotency-Key", "a b")])) == "400 invalid")
            #expect(status(try await caller.send("POST", "/api/emit", body: body + "x")) == "400 invalid")
            #expect(status(try await caller.send("POST", "/api/emit", body: #"{"ns":"/","ns":"/","event":"news"}"#)) == "400 invalid")
            #expect(try await caller.send("POST", "/api/other", body: body).status == 404)
            #expect(try await caller.send("GET", "/socket.io/?EIO=4&transport=polling").status == 404)
            var forger = caller
            forger.token = (caller.token ?? "") + "A"
            #expect(status(try await forger.send("POST", "/api/emit", body: body)) == "401 unauthorized")
            #expect(try await door.records("auth.failed").last?["decision"]?["reason"]?.stringValue?.isEmpty == false)
            #expect(
                status(try await caller.send("POST", "/api/emit", body: body, contentType: "application/json; charset=utf-8")) == "200 -")
        }
    }

    @Test("BCK-01: a body has at most 1 MiB, whether its length is told or not, and one that has no token is not read")
    func bodies() async throws {
        try await with { door in
            let caller = try door.caller("everybody")
            let head =
                "POST /api/emit HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nAuthorization: Bearer \(caller.token ?? "")\r\n"
            let told = try await caller.exchange(head + "Content-Length: 1048577\r\n\r\n")
            #expect(told.status == 413 && told.code == "too_large", "\(told.text)")
            let part = String(repeating: " ", count: 0x10_000)
            let chunks = String(repeating: "10000\r\n\(part)\r\n", count: 17)
            let untold = try await caller.exchange(head + "Transfer-Encoding: chunked\r\n\r\n" + chunks + "0\r\n\r\n")
            #expect(untold.status == 413 && untold.code == "too_large", "\(untold.text)")
            let stranger = try await caller.exchange("POST /api/emit HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n")
            #expect(stranger.status == 401)
        }
    }

    @Test("BCK-02: a call is made once under its Idempotency-Key, and gets its answer again")
    func idempotency() async throws {
        try await with { door in
            let (client, caller) = (try await door.member("one"), try door.caller("everybody"))
            let body: JSONValue = ["ns": "/", "event": "news", "args": [1]]
            let first = try await caller.post("emit", body, fields: [("Idempotency-Key", "k1")])
            let again = try await caller.post("emit", body, fields: [("Idempotency-Key", "k1")])
            #expect(first.status == 200 && again.json == first.json && again.head.contains("Idempotency-Replayed: true"), "\(again.text)")
            let other = try await caller.post("emit", ["ns": "/", "event": "news", "args": [2]], fields: [("Idempotency-Key", "k1")])
            #expect(other.status == 409 && other.code == "conflict")
            _ = try await caller.post("emit", ["ns": "/", "event": "news", "args": [3]], fields: [("Idempotency-Key", "k2")])
            #expect(try await client.event("news") == [1])
            #expect(try await client.event("news") == [3])
            // Somebody who may no longer call gets no answer of earlier.
            let lesser = try door.caller("orders")
            #expect(try await lesser.post("emit", body, fields: [("Idempotency-Key", "k1")]).status == 403)
        }
    }

    @Test("BCK-02: a rate is charged for each caller, and says when to come back")
    func rate() async throws {
        try await with { door in
            let (caller, body): (ApiClient, JSONValue) = (try door.caller("seldom"), ["ns": "/", "event": "news"])
            for _ in 0..<2 { #expect(try await caller.post("emit", body).status == 200) }
            let refused = try await caller.post("emit", body)
            #expect(
                refused.status == 429 && refused.code == "rate_limited" && refused.head.contains("Retry-After: 3600"), "\(refused.text)")
            #expect(try await door.caller("seldom", subject: "another").post("emit", body).status == 200)
        }
    }

    @Test("BCK-02: without _api.yaml every call is refused, and the start says so; a reload with it opens the door")
    func absent() async throws {
        try await with(rules: nil) { door in
            let (caller, body): (ApiClient, JSONValue) = (try door.caller("everybody"), ["ns": "/", "event": "news"])
            #expect(try await caller.post("emit", body).status == 403)
            let bundle = door.server.runtime.policies.current
            var configuration = Configuration(transport: .insecure)
            configuration.api = BackEndAPI()
            #expect(StartWarnings(configuration: configuration, bundle: bundle).lines.contains { $0.contains("_api.yaml") })
            let file = door.app.directory + "/policies/_api.yaml"
            try Self.rules.write(toFile: file, atomically: true, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file)
            await door.server.reload()
            #expect(try await caller.post("emit", body).status == 200)
            let reloaded = door.server.runtime.policies.current
            #expect(!StartWarnings(configuration: configuration, bundle: reloaded).lines.contains { $0.contains("_api.yaml") })
        }
    }

    @Test("BCK-02: a revoked token and a banned caller call nothing")
    func keptOut() async throws {
        try await with { door in
            let (caller, body): (ApiClient, JSONValue) = (try door.caller("everybody"), ["ns": "/", "event": "news"])
            door.server.runtime.restrictions.replace(
                with: RestrictionSet(
                    bans: [
                        Ban(
                            id: ULIDGenerator.shared.next(), subject: .user(UserID(iss: Self.iss, subject: "orders")), namespace: nil,
                            room: nil, ends: nil)
                    ], mutes: [], rooms: []))
            let banned = try await caller.post("emit", body)
            #expect(banned.status == 403 && banned.code == "banned", "\(banned.text)")
            #expect(try await door.caller("everybody", subject: "another").post("emit", body).status == 200)
        }
    }

    @Test("BCK-01: over TLS, with the certificate of the server; without a certificate of their own, callers of a mutual TLS are cut")
    func tls() async throws {
        let body: JSONValue = ["ns": "/", "event": "news"]
        try await with(tls: true) { door in
            #expect(door.client.url.hasPrefix("https:"))
            for _ in 0..<2 {
                let answer = try await door.caller("everybody").post("emit", body)
                #expect(answer.status == 200)
                await door.server.reload()
            }
        }
        let authority = try CallerAuthority()
        defer { authority.remove() }
        try await with(tls: true, callersFrom: authority.path) { door in
            let caller = try door.caller("everybody")
            let answer = try? await caller.post("emit", body)
            #expect(answer?.text.isEmpty ?? true, "\(answer?.text ?? "")")
            var known = caller
            known.identity = try authority.issue("device-7")
            #expect(try await known.post("emit", body).status == 200)
        }
    }

    @Test("BCK-01: plain HTTP is for loopback addresses alone, and certificates of callers need TLS")
    func configuration() {
        var configuration = Configuration(transport: .insecure)
        configuration.api = BackEndAPI(host: "0.0.0.0")
        #expect(throws: StartError.self) { try configuration.check() }
        configuration.api = BackEndAPI(clientAuthorities: "ca.pem")
        #expect(throws: StartError.self) { try configuration.check() }
        configuration.api = BackEndAPI()
        #expect(throws: Never.self) { try configuration.check() }
        configuration.transport = .tls(certificate: "a.pem", privateKey: "b.pem")
        configuration.api = BackEndAPI(host: "0.0.0.0", clientAuthorities: "ca.pem")
        #expect(throws: Never.self) { try configuration.check() }
        configuration.api = BackEndAPI(host: "0.0.0.0", isPlain: true)
        #expect(throws: StartError.self) { try configuration.check() }
    }
}
