import Foundation
import GatehouseJSON
import GatehouseTesting
import Testing

@Suite("Acts of staff in a server that is killed", .serialized)
struct KilledActTests {
    private static let iss = "https://dev.gatehouse.invalid"
    /// More than once for each kind of act in the full form: `GATEHOUSE_KILLS=50`.
    private static let rounds = ProcessInfo.processInfo.environment["GATEHOUSE_KILLS"].flatMap { Int($0) } ?? 10

    /// Each kind of act whose effect is made at once, and what it needs to be there before.
    private static let kinds: [(verb: String, needs: String?)] = [
        ("user.mute", nil), ("user.unmute", "user.mute"), ("ban.add", nil), ("ban.remove", "ban.add"), ("room.lock", nil),
        ("room.unlock", "room.lock"), ("room.slow", nil), ("note.add", nil), ("note.remove", "note.add"), ("token.revoke", nil),
        ("user.reauth", nil), ("announce", nil), ("message.redact", nil), ("session.kick", nil), ("room.evict", nil),
        ("report.claim", "report"), ("report.resolve", "report"), ("act.undo", "user.mute"), ("act.bulk", nil), ("policy.reload", nil),
        ("policy.rollback", nil),
    ]

    @Test("MOD-54: no effect without a durable intent; each intent is completed or closed as abandoned; a repeat is answered once")
    func killed() async throws {
        let directory = try await ServerDirectory(ServerDirectory.shipped("").filter { !$0.key.hasPrefix("examples") })
        var random = SystemRandomNumberGenerator()
        var stages: [String: Int] = [:]
        var unfinished: (verb: String, payload: JSONObject, answer: JSONValue?)?
        var server = try await RunningServer(in: directory)
        for round in 0..<Self.rounds {
            let staff = try await client(server, "boss", "admin", in: "/admin")
            if let killed = unfinished {
                let stage = try await examine(killed.verb, killed.payload, killed.answer, staff)
                stages[stage, default: 0] += 1
            }
            let kind = Self.kinds[round % Self.kinds.count]
            let victim = try await client(server, "victim\(round)", "user", in: "/chat")
            _ = try await victim.emitWithAck("join", [["room": "general"]], in: "/chat")
            let payload = try await payload(of: kind.verb, needs: kind.needs, round, staff, victim)
            let delay = UInt64.random(in: 0...12_000, using: &random)
            let asked = Task { try await staff.emitWithAck(kind.verb, [.object(payload)], in: "/admin").first }
            usleep(UInt32(delay))
            #expect(await server.stop(SIGKILL) == -SIGKILL)
            let answer = try? await asked.value
            unfinished = (kind.verb, payload, answer.flatMap { $0 })
            server = try await RunningServer(in: directory)
        }
        let staff = try await client(server, "boss", "admin", in: "/admin")
        if let killed = unfinished { stages[try await examine(killed.verb, killed.payload, killed.answer, staff), default: 0] += 1 }
        #expect(await server.stop() == 0, "\(server.output.text)")
        let verified = try await directory.gatehouse("audit", "verify", "var/audit")
        #expect(verified.status == 0, "\(verified.account)")
        // Where the servers were killed; every number is good, and a run in which all are the same says little.
        print("killed: \(stages.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", "))")
    }

    /// What the log and the store of the next server have of an act, and what a repeat gets.
    /// - Returns: how far it had come.
    private func examine(
        _ verb: String, _ payload: JSONObject, _ answer: JSONValue?, _ staff: SocketIOClient
    ) async throws -> String {
        let id = try #require(payload["request_id"]?.stringValue)
        let records = try await records(of: id, verb, staff)
        let intents = records.filter { $0["outcome"] == "pending" }
        let results = records.filter { $0["detail"]?["stage"] == "result" }
        #expect(intents.count == results.count, "\(verb): \(records.map(\.serialized))")
        let kept = try await isKept(id, staff)
        if kept || answer != nil { #expect(intents.count == 1, "\(verb): it has taken effect, and the log has no intent") }
        let code = results.last?["detail"]?["code"]?.stringValue
        if kept, answer == nil { #expect(code == nil || code == "completed", "\(verb): \(records.map(\.serialized))") }
        // A repeat is answered, once: the same again afterwards, and the log has no further act.
        let first = try await staff.emitWithAck(verb, [.object(payload)], in: "/admin").first ?? .null
        let again = try await staff.emitWithAck(verb, [.object(payload)], in: "/admin").first ?? .null
        #expect(first["code"] != "internal" && first["code"] != "conflict", "\(verb): \(first.serialized)")
        if first["status"] == nil { #expect(again == first, "\(verb): \(first.serialized), \(again.serialized)") }
        if let answer, answer["status"] == nil { #expect(first == answer, "\(verb): \(first.serialized), \(answer.serialized)") }
        let after = try await self.records(of: id, verb, staff).filter { $0["outcome"] == "pending" }
        // One that has failed, as a rollback after a restart, may be tried again each time.
        let tries = first["status"] != nil ? 2 : kept || answer != nil ? 0 : 1
        #expect(after.count <= intents.count + tries, "\(verb): made twice: \(first.serialized)")
        if answer != nil { return "answered" }
        if intents.isEmpty { return "before the intent" }
        return kept ? "kept" : code == "abandoned" ? "abandoned" : "recorded"
    }

    private func records(of id: String, _ verb: String, _ staff: SocketIOClient) async throws -> [JSONValue] {
        let event: JSONValue = .string("admin." + verb)
        let page = try await staff.emitWithAck("audit.query", [["request": .string(id), "event": event, "limit": 200]], in: "/admin").first
        return page?["records"]?.arrayValue ?? []
    }

    private func isKept(_ id: String, _ staff: SocketIOClient) async throws -> Bool {
        let page = try await staff.emitWithAck("act.list", [["limit": 200]], in: "/admin").first
        return page?["items"]?.arrayValue?.contains { $0["request_id"]?.stringValue == id } ?? false
    }

    // MARK: What is asked for

    private static func id() -> String {
        let letters = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
        return "01" + String((0..<24).compactMap { _ in letters.randomElement() })
    }

    private func client(_ server: RunningServer, _ subject: String, _ role: String, in namespace: String) async throws -> SocketIOClient {
        let issued = try await server.directory.gatehouse("token", "issue", "--sub", subject, "--role", role)
        try #require(issued.status == 0, "\(issued.account)")
        let authority = server.directory.url.appendingPathComponent("certs/dev-ca.pem").path
        let client = try await SocketIOClient.connect(server.url, options: .init(authorityPath: authority))
        let token = issued.output.trimmingCharacters(in: .whitespacesAndNewlines)
        try await client.join(namespace, auth: ["token": .string(token)])
        return client
    }

    private func payload(
        of verb: String, needs other: String?, _ round: Int, _ staff: SocketIOClient, _ victim: SocketIOClient
    ) async throws -> JSONObject {
        var before: JSONValue?
        if other == "report" {
            let reported = try await victim.emitWithAck("report", [["message_id": "m1", "reason": "test"]], in: "/chat").first
            before = try #require(reported?["report_id"])
        } else if let other {
            let done = try await staff.emitWithAck(other, [.object(sample(other, round, nil))], in: "/admin").first
            before = done?["ban_id"] ?? done?["note_id"] ?? done?["audit_seq"]
            try #require(before != nil, "\(other): \(done?.serialized ?? "")")
        }
        return sample(verb, round, before)
    }

    private func sample(_ verb: String, _ round: Int, _ before: JSONValue?) -> JSONObject {
        let user: JSONValue = ["iss": .string(Self.iss), "sub": .string("victim\(round)")]
        let place: JSONObject = ["ns": "/chat", "room": "general"]
        var payload: JSONObject =
            switch verb {
            case "user.mute": ["user": user, "duration_s": 600]
            case "user.unmute", "session.kick", "token.revoke": ["user": user]
            case "user.reauth": ["user": user, "within_s": 600]
            case "ban.add": ["kind": "user", "user": user]
            case "ban.remove": ["ban_id": before ?? .null]
            case "room.lock", "room.unlock": place
            case "room.slow": ["ns": "/chat", "room": "general", "interval_s": 1, "duration_s": 1]
            case "room.evict": ["ns": "/chat", "room": "general", "user": user]
            case "message.redact": ["ns": "/chat", "room": "general", "message_id": "m1"]
            case "note.add": ["user": user, "text": "a note"]
            case "note.remove": ["note_id": before ?? .null]
            case "announce": ["text": "hello"]
            case "report.claim": ["report_id": before ?? .null]
            case "report.resolve": ["report_id": before ?? .null, "outcome": "upheld"]
            case "act.undo": ["audit_seq": before ?? .null]
            case "act.bulk": ["verb": "user.mute", "items": [["user": user, "duration_s": 60]]]
            default: [:]
            }
        payload["request_id"] = .string(Self.id())
        payload["reason"] = "test"
        return payload
    }
}
