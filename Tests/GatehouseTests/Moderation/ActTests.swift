import GatehouseAudit
import GatehouseJSON
import GatehouseTestSupport
import GatehouseTesting
import GatehouseTokens
import NIOCore
import Testing

@testable import Gatehouse
@testable import GatehouseModeration

@Suite("Acts of staff")
struct ActTests {
    @Test("MOD-04, MOD-67: a muted user cannot send, is told until when, and can once the act is taken back")
    func mute() async throws {
        try await ActScript.with { server in
            let alice = try await server.join("alice")
            let mod = try await ActScript.staff(server)
            let answer = try await ActScript.act(mod, "user.mute", ["user": ActScript.user("alice"), "duration_s": 60])
            #expect(answer["muted_until"]?.integerValue == server.clock.wallMilliseconds + 60_000)
            #expect(try await alice.emitWithAck("now", [["value": 1]]).first?["code"] == "muted")
            let undone = try await ActScript.act(mod, "act.undo", ["audit_seq": try #require(answer["audit_seq"])])
            #expect(undone["undone"] == "user.mute")
            #expect(try await alice.emitWithAck("now", [["value": 1]]) == [1])
            let again = try await ActScript.act(mod, "act.undo", ["audit_seq": try #require(answer["audit_seq"])])
            #expect(again["code"] == "conflict")
        }
    }

    /// What each kind of act leaves in force, and that taking it back leaves what was before.
    static let undoable: [(String, JSONObject)] = [
        ("user.mute", ["user": ActScript.user("alice"), "duration_s": 90]), ("user.unmute", ["user": ActScript.user("carol")]),
        ("room.lock", ["ns": "/", "room": "red", "mode": "closed"]), ("room.unlock", ["ns": "/", "room": "locked"]),
        ("room.slow", ["ns": "/", "room": "red", "interval_s": 3]), ("room.slow", ["ns": "/", "room": "slow", "interval_s": 0]),
        ("ban.add", ["kind": "user", "user": ActScript.user("alice")]), ("ban.add", ["kind": "cidr", "value": "192.0.2.0/24"]),
        ("ban.add", ["kind": "ip", "value": "2001:db8::1", "scope": ["ns": "/", "room": "red"]]),
        ("ban.remove", ["ban_id": "01ARZ3NDEKTSV4RRFFQ69G5FAV"]),
        ("session.kick", ["user": ActScript.user("alice"), "rejoin_after_s": 60]),
    ]

    @Test("MOD-67: an act that is taken back leaves what was before", arguments: undoable)
    func undo(_ verb: String, _ payload: JSONObject) async throws {
        try await ActScript.with { server in
            _ = try await server.join("alice")
            let admin = try await ActScript.staff(server, "boss", "admin")
            try await ActScript.act(admin, "user.mute", ["user": ActScript.user("carol"), "duration_s": 600])
            try await ActScript.act(admin, "room.lock", ["ns": "/", "room": "locked"])
            try await ActScript.act(admin, "room.slow", ["ns": "/", "room": "slow", "interval_s": 9, "exempt_roles": ["vip"]])
            try await ActScript.act(
                admin, "ban.add", ["kind": "user", "user": ActScript.user("dave")], id: "01ARZ3NDEKTSV4RRFFQ69G5FAV")
            let before = Self.shown(server.runtime.restrictions.current)
            let answer = try await ActScript.act(admin, verb, payload)
            let seq = try #require(answer["audit_seq"], "\(answer.serialized)")
            #expect(Self.shown(server.runtime.restrictions.current) != before)
            #expect(try await ActScript.act(admin, "act.undo", ["audit_seq": seq])["undone"]?.stringValue == verb)
            #expect(Self.shown(server.runtime.restrictions.current) == before)
        }
    }

    private static func shown(_ set: RestrictionSet) -> [String] {
        set.bans.map { StateChange.ban($0).json.serialized }.sorted() + set.mutes.map { StateChange.mute($0).json.serialized }.sorted()
            + set.rooms.map { "\($0)" }.sorted()
    }

    @Test("MOD-67: what leaves nothing behind, or has changed since, cannot be taken back")
    func notUndoable() async throws {
        try await ActScript.with { server in
            _ = try await server.join("alice")
            let admin = try await ActScript.staff(server, "boss", "admin")
            for (verb, payload) in [("announce", ["text": "x"]), ("token.revoke", ["user": ActScript.user("bob")])]
                as [(String, JSONObject)]
            {
                let answer = try await ActScript.act(admin, verb, payload)
                #expect(try await ActScript.act(admin, "act.undo", ["audit_seq": try #require(answer["audit_seq"])])["code"] == "invalid")
            }
            let mute = try await ActScript.act(admin, "user.mute", ["user": ActScript.user("alice"), "duration_s": 60])
            try await ActScript.act(admin, "user.mute", ["user": ActScript.user("alice"), "duration_s": 600])
            #expect(try await ActScript.act(admin, "act.undo", ["audit_seq": try #require(mute["audit_seq"])])["code"] == "conflict")
            #expect(try await ActScript.act(admin, "act.undo", ["audit_seq": 999_999])["code"] == "not_found")
        }
    }

    @Test("MOD-33: a dry run counts, and leaves nothing in force")
    func dryRun() async throws {
        try await ActScript.with { server in
            _ = try await server.join("alice").emitWithAck("join", [["room": "red"]])
            let admin = try await ActScript.staff(server, "boss", "admin")
            for type in ActCodec.types where type.verb.family != .policies {
                var payload = try #require(ActScript.sample(type.verb))
                payload["dry_run"] = true
                let answer = try await ActScript.act(admin, type.verb.rawValue, payload)
                #expect(answer["dry_run"] == true || answer["code"] == "not_found" || answer["code"] == "needs_approval", "\(type.verb)")
            }
            #expect(server.runtime.restrictions.current.isEmpty && server.runtime.revocations.count == 0)
            #expect(try await ActScript.read(admin, "act.list")["items"] == [])
        }
    }

    @Test("MOD-10, MOD-61: a repeat gets the first answer, after a restart too; another request under its id is a conflict")
    func repeats() async throws {
        let directory = try TestDirectory()
        defer { directory.remove() }
        let path = directory.path("moderation.sqlite")
        let id = ActScript.id()
        var first: JSONValue = .null
        for start in 0..<2 {
            try await ActScript.with(store: .file(path)) { server in
                let admin = try await ActScript.staff(server, "boss", "admin")
                let answer = try await ActScript.act(admin, "ban.add", ["kind": "user", "user": ActScript.user("eve")], id: id)
                if start == 0 { first = answer }
                #expect(answer == first && answer["ban_id"]?.stringValue == id)
                let other = try await ActScript.act(admin, "ban.add", ["kind": "user", "user": ActScript.user("mallory")], id: id)
                #expect(other["code"] == "conflict")
                #expect(server.runtime.restrictions.current.bans.count == 1)
                let early = await #expect(throws: ConnectRefused.self) { try await server.join("eve") }
                #expect(early?.code == "banned")
                #expect(try await server.records("admin.ban.add").count == (start == 0 ? 2 : 0))
            }
        }
    }

    @Test("MOD-34: what has ended has no effect, is swept, and its end is on record")
    func ended() async throws {
        try await ActScript.with { server in
            let admin = try await ActScript.staff(server, "boss", "admin")
            try await ActScript.act(admin, "user.mute", ["user": ActScript.user("alice"), "duration_s": 5])
            try await ActScript.act(admin, "room.lock", ["ns": "/", "room": "red", "duration_s": 5])
            try await ActScript.act(admin, "ban.add", ["kind": "cidr", "value": "192.0.2.0/24", "duration_s": 5])
            try await server.advance(.seconds(6))
            for verb in ["mute.list", "lock.list", "ban.list"] { #expect(try await ActScript.read(admin, verb)["items"] == []) }
            let alice = try await server.join("alice")
            #expect(try await alice.emitWithAck("now", [["value": 1]]) == [1])
        }
    }

    @Test("MOD-11: a bulk act has one result for each item, and each may be taken back")
    func bulk() async throws {
        try await ActScript.with { server in
            _ = try await server.join("chief", roles: ["admin"], in: "/admin")
            let mod = try await ActScript.staff(server)
            var items: [JSONValue] = (0..<197).map { ["user": ActScript.user("u\($0)"), "duration_s": 60] }
            items += [["user": ActScript.user("chief"), "duration_s": 60], ["user": ActScript.user("x"), "duration_s": 0], 7]
            let id = ActScript.id()
            let answer = try await ActScript.act(mod, "act.bulk", ["verb": "user.mute", "items": .array(items)], id: id)
            #expect(answer["made"] == 197 && answer["failed"] == 3)
            let results = try #require(answer["results"]?.arrayValue)
            #expect(results.suffix(3).map { $0["code"] } == ["rank", "invalid", "invalid"])
            #expect(server.runtime.restrictions.current.mutes.count == 197)
            #expect(try await ActScript.act(mod, "act.bulk", ["verb": "user.mute", "items": .array(items)], id: id) == answer)
            let undone = try await ActScript.act(mod, "act.undo", ["audit_seq": try #require(results.first?["audit_seq"])])
            #expect(undone["undone"] == "user.mute")
            #expect(try await ActScript.act(mod, "act.bulk", ["verb": "drain", "items": [[:]]])["code"] == "invalid")
            #expect(try await ActScript.act(mod, "act.bulk", ["verb": "ban.add", "items": [[:]]])["code"] == "forbidden")
        }
    }

    @Test("MOD-23: an act of four eyes waits for another person, who decides it again; it lapses")
    func approvals() async throws {
        try await ActScript.with { server in
            let one = try await ActScript.staff(server, "one", "admin")
            let two = try await ActScript.staff(server, "two", "admin")
            let user = try await server.join("alice")
            let (id, payload) = (ActScript.id(), ["issuer": .string(TestTokens.iss), "issued_before": 1] as JSONObject)
            for _ in 0..<2 { #expect(try await ActScript.act(one, "token.revoke_all", payload, id: id)["code"] == "needs_approval") }
            let waiting = try await ActScript.read(two, "approval.list")["items"]?.arrayValue
            #expect(waiting?.map { $0["approval_id"] } == [.string(id)] && waiting?.first?["act"]?["issued_before"] == 1)
            #expect(try await ActScript.act(one, "approval.grant", ["approval_id": .string(id)])["code"] == "forbidden")
            let answer = try await ActScript.act(two, "approval.grant", ["approval_id": .string(id)])
            #expect(answer["closed"] == 0 && answer["audit_seq"] != nil)
            #expect(try await ActScript.act(two, "approval.grant", ["approval_id": .string(id)]) == answer)
            #expect(try await user.emitWithAck("now", [["value": 1]]) == [1])
            #expect(server.runtime.revocations.count == 1)

            let other = ActScript.id()
            _ = try await ActScript.act(one, "token.revoke_all", payload, id: other)
            #expect(try await ActScript.act(two, "approval.reject", ["approval_id": .string(other)])["rejected"] == true)
            #expect(try await ActScript.act(two, "approval.grant", ["approval_id": .string(other)])["code"] == "not_found")

            let late = ActScript.id()
            _ = try await ActScript.act(one, "token.revoke_all", payload, id: late)
            try await server.advance(.seconds(301))
            #expect(try await ActScript.act(two, "approval.grant", ["approval_id": .string(late)])["code"] == "not_found")
            let records = try await server.records("approval.requested") + server.records("approval.granted")
            #expect(records.count == 4)
            #expect(try await server.records("admin.token.revoke_all").first?["detail"]?["requested_by"] == "one")
        }
    }

    @Test("MOD-07: all tokens of an issuer from before an instant are refused, and newer ones are not")
    func revokeAll() async throws {
        try await ActScript.with { server in
            let one = try await ActScript.staff(server, "one", "admin")
            let two = try await ActScript.staff(server, "two", "admin")
            let user = try await server.join("alice")
            let id = ActScript.id()
            _ = try await ActScript.act(one, "token.revoke_all", ["issuer": .string(TestTokens.iss)], id: id)
            let grant: JSONObject = ["approval_id": .string(id), "reason": "test", "request_id": .string(ActScript.id())]
            // The granter's own session ends with the others, so its ack may not arrive.
            async let answer = try? two.emitWithAck("approval.grant", [.object(grant)], in: "/admin")
            #expect(try await user.event("system.closed").first?["code"] == "token_revoked")
            _ = await answer
            let early = await #expect(throws: ConnectRefused.self) { try await server.join("alice") }
            #expect(early?.code == "token_revoked")
            try await server.advance(.seconds(5))
            _ = try await server.join("alice")
        }
    }

    @Test("MOD-68: a user as staff see one: sessions, restrictions, acts and notes")
    func history() async throws {
        try await ActScript.with { server in
            _ = try await server.join("alice")
            let mod = try await ActScript.staff(server)
            try await ActScript.act(mod, "user.mute", ["user": ActScript.user("alice"), "duration_s": 60])
            let note = try await ActScript.act(mod, "note.add", ["user": ActScript.user("alice"), "text": "<b>loud</b>"])
            let seen = try await ActScript.read(mod, "user.get", ["user": ActScript.user("alice")])
            #expect(seen["sessions"]?.arrayValue?.count == 1 && seen["mutes"]?.arrayValue?.count == 1)
            #expect(seen["notes"]?[0]?["text"] == "<b>loud</b>" && seen["notes"]?[0]?["by"] == ActScript.user("mod"))
            #expect(seen["acts"]?.arrayValue?.map { $0["verb"] } == ["note.add", "user.mute"])
            try await ActScript.act(mod, "note.remove", ["note_id": try #require(note["note_id"])])
            #expect(try await ActScript.read(mod, "user.get", ["user": ActScript.user("alice")])["notes"] == [])
        }
    }

    @Test("MOD-53: changes are in the audit log as they are kept, whole")
    func recorded() async throws {
        try await ActScript.with { server in
            let admin = try await ActScript.staff(server, "boss", "admin")
            let name = String(repeating: "\u{1F600}", count: 128)
            let payload: JSONObject = ["kind": "user", "user": ActScript.user(name), "duration_s": 60]
            let answer = try await ActScript.act(admin, "ban.add", payload)
            #expect(answer["ban_id"] != nil, "\(answer.serialized)")
            let intent = try #require(try await server.records("admin.ban.add").first)
            let text = try #require(intent["detail"]?["changes"]?.stringValue)
            let changes = try JSONValue(parsing: Array(text.utf8), limits: JSONLimits()).arrayValue ?? []
            #expect(changes.compactMap { StateChange($0) } == server.runtime.restrictions.current.bans.map { .ban($0) })
            #expect(intent["detail"]?["act"]?.stringValue?.contains(name) == true)
            #expect(AuditSchema.violations(in: intent.serialized).isEmpty)
        }
    }
}
