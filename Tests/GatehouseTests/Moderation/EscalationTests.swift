import GatehouseAudit
import GatehouseJSON
import GatehouseTestSupport
import GatehouseTesting
import NIOCore
import Testing

@testable import Gatehouse
@testable import GatehouseModeration

@Suite("Escalation: what the server does by itself")
struct EscalationTests {
    private static let reported = "{ id: esc.user, reports: { of: user, reporters: 3, window: 10m }, mute: { for: 5m } }"

    private func with(_ rules: String..., body: (TestServer) async throws -> Void) async throws {
        let policies = rules.reduce(ActScript.policies) { $0.escalating($1) }
        try await ActScript.with(policies: policies, body)
    }

    private func isMuted(_ subject: String, _ server: TestServer) -> Bool {
        let now = server.clock.wallMilliseconds
        return server.runtime.restrictions.current.mutes.contains { $0.place.user.subject == subject && $0.ends > now }
    }

    @Test("MOD-69: three people who report a user mute the user, by an act that staff see and take back")
    func users() async throws {
        try await with(Self.reported) { server in
            let bob = try await server.join("bob")
            try await ReportScript.report("bob", by: ["u1", "u2"], to: server)
            #expect(!isMuted("bob", server))
            try await ReportScript.report("bob", by: ["u3"], to: server)
            let refusal = try await bob.emitWithAck("now", [["value": 1]]).first
            #expect(refusal?["code"] == "muted")
            let mod = try await ActScript.staff(server)
            let act = try await ActScript.read(mod, "act.list")["items"]?[0]
            #expect(act?["verb"] == "user.mute" && act?["by"] == ["iss": "gatehouse:escalation", "sub": "esc.user"])
            #expect(act?["ns"] == "/" && act?["reason"] == "esc.user: reported by 3 people" && act?["can_undo"] == true)
            let records = try await server.records("admin.user.mute")
            #expect(records.map { $0["detail"]?["stage"] } == ["intent", "result"])
            #expect(records.allSatisfy { $0["actor"]?["iss"] == "gatehouse:escalation" && $0["actor"]?["sub"] == "esc.user" })
            _ = try await ActScript.act(mod, "act.undo", ["audit_seq": try #require(act?["audit_seq"])])
            #expect(try await bob.emitWithAck("now", [["value": 1]]) == [1])
            // What was judged once is not judged again by one more voice.
            try await server.advance(.seconds(1))
            try await ReportScript.report("bob", by: ["u4"], to: server)
            #expect(!isMuted("bob", server))
        }
    }

    @Test("MOD-69: one person with several sessions, or who reports again, counts once")
    func onePerson() async throws {
        try await with(Self.reported) { server in
            try await ReportScript.report("bob", by: ["u1", "u1", "u1", "u2", "u2"], to: server)
            #expect(!isMuted("bob", server))
        }
    }

    @Test("MOD-69: reports beyond the window, and dismissed ones, do not count")
    func tooOld() async throws {
        try await with(Self.reported) { server in
            try await ReportScript.report("bob", by: ["u1"], to: server)
            try await server.advance(.minutes(11))
            try await ReportScript.report("bob", by: ["u2", "u3"], to: server)
            #expect(!isMuted("bob", server))
            let mod = try await ActScript.staff(server)
            let last = try #require(try await ActScript.read(mod, "report.list")["items"]?.arrayValue?.last?["report_id"])
            _ = try await ActScript.act(mod, "report.resolve", ["report_id": last, "outcome": "dismissed"])
            try await ReportScript.report("bob", by: ["u4"], to: server)
            #expect(!isMuted("bob", server))
            try await ReportScript.report("bob", by: ["u5"], to: server)
            #expect(isMuted("bob", server))
            try await server.advance(.minutes(5))
            #expect(!isMuted("bob", server))
        }
    }

    @Test("MOD-69: staff are not muted by reports, and a mute by staff is left as it is")
    func staff() async throws {
        try await with(Self.reported) { server in
            _ = try await ActScript.staff(server, "bob")
            try await ReportScript.report("bob", by: ["u1", "u2", "u3"], to: server)
            #expect(!isMuted("bob", server))
            let mod = try await ActScript.staff(server)
            _ = try await ActScript.act(mod, "user.mute", ["user": ActScript.user("carol"), "duration_s": 60, "shadow": true])
            try await ReportScript.report("carol", by: ["u1", "u2", "u3"], to: server)
            let mutes = server.runtime.restrictions.current.mutes
            #expect(mutes.count == 1 && mutes.allSatisfy { $0.isShadow && $0.place.namespace == nil })
        }
    }

    @Test("MOD-69: members who report their room make it slow for a time")
    func rooms() async throws {
        try await with(
            "{ id: esc.room, namespace: /, reports: { of: room, reporters: 2, window: 5m }, slow: { interval: 10s, for: 15m } }"
        ) { server in
            for subject in ["u1", "u2"] {
                let client = try await server.join(subject)
                _ = try await client.emitWithAck("join", [["room": "red"]])
                #expect(server.runtime.restrictions.current.rooms.isEmpty)
                _ = try await ReportScript.report(client, ["room": "red", "reason": "noise"])
            }
            let room = server.runtime.restrictions.current.rooms.first
            #expect(room?.place.room == "red" && room?.slow?.interval == 10_000)
            #expect(room?.slow?.ends == server.clock.wallMilliseconds + 900_000)
        }
    }

    @Test("MOD-69: who breaks so many rules within a time is muted, and others are not")
    func violations() async throws {
        try await with("{ id: esc.rules, violations: { count: 4, window: 60s }, mute: { for: 1m, shadow: true, scope: everywhere } }") {
            server in
            let (bob, carol) = (try await server.join("bob"), try await server.join("carol"))
            for _ in 0..<3 { _ = try await bob.emitWithAck("nothing", []) }
            for _ in 0..<3 { _ = try await carol.emitWithAck("nothing", []) }
            try await server.advance(.seconds(61))
            for _ in 0..<4 { _ = try await bob.emitWithAck("nothing", []) }
            let mod = try await ActScript.staff(server)
            try await server.eventually { isMuted("bob", server) }
            #expect(try await ActScript.read(mod, "mute.list")["items"]?[0]?["shadow"] == true)
            #expect(!isMuted("carol", server))
        }
    }

    @Test("the counts are bounded, and the keys that were quiet for longest go first")
    func counts() {
        var counts = RecentCounts<Int>(capacity: 10)
        func isDue(_ key: Int, limit: Int = 3, window: Int64 = 100, now: Int64) -> Bool {
            counts.count(key, limit: limit, window: window, now: now)
        }
        for key in 0..<10 { #expect(!isDue(key, now: Int64(key))) }
        #expect(!isDue(0, now: 10))
        #expect(!isDue(99, now: 11))
        #expect(counts.keys == 10)
        #expect(isDue(0, now: 12))
        #expect(!isDue(2, limit: 2, window: 5, now: 50) && isDue(2, limit: 2, window: 5, now: 51))
    }
}
