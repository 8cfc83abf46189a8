import GatehouseAudit
import GatehouseJSON
import GatehousePolicy
import GatehouseTestSupport
import GatehouseTesting
import GatehouseTokens
import SocketIO
import Testing

@testable import Gatehouse
@testable import GatehouseModeration

@Suite("Reports by users")
struct ReportTests {
    @Test("MOD-69: a report is kept, recorded, and told to staff; it is claimed by one and resolved")
    func way() async throws {
        try await ActScript.with { server in
            let alice = try await server.join("alice")
            _ = try await alice.emitWithAck("join", [["room": "red"]])
            let mod = try await ActScript.staff(server)
            _ = try await ActScript.read(mod, "feed.subscribe", ["topics": ["moderation"]])
            let answer = try await ReportScript.report(
                alice, ["user": ActScript.user("bob"), "room": "red", "message_id": "m1", "reason": "spam"])
            let id = try #require(answer["report_id"])
            let told = try await mod.event("feed.moderation", in: "/admin").first?["items"]?[0]
            #expect(told?["kind"] == "report" && told?["by"] == ActScript.user("alice") && told?["user"] == ActScript.user("bob"))
            let item = try await ActScript.read(mod, "report.list")["items"]?[0]
            #expect(item?["report_id"] == id && item?["status"] == "open" && item?["reason"] == "spam" && item?["message_id"] == "m1")
            #expect(item?["reporter"] == ActScript.user("alice") && item?["user"] == ActScript.user("bob") && item?["room"] == "red")

            let claim = try await ActScript.act(mod, "report.claim", ["report_id": id])
            #expect(claim["claimed"] == true)
            let second = try await ActScript.staff(server, "second")
            #expect(try await ActScript.act(second, "report.claim", ["report_id": id])["code"] == "conflict")
            #expect(try await ActScript.act(second, "report.resolve", ["report_id": id, "outcome": "upheld"])["code"] == "conflict")
            let done = try await ActScript.act(mod, "report.resolve", ["report_id": id, "outcome": "upheld"])
            #expect(done["resolved"] == "upheld")
            #expect(try await ActScript.read(mod, "report.list")["items"] == [])
            let kept = try await ActScript.read(mod, "report.list", ["status": "resolved"])["items"]?[0]
            #expect(kept?["outcome"] == "upheld" && kept?["by"] == ActScript.user("mod"))
            #expect(try await ActScript.act(mod, "report.resolve", ["report_id": id, "outcome": "upheld"])["code"] == "conflict")
            let undone = try await ActScript.act(mod, "act.undo", ["audit_seq": try #require(done["audit_seq"])])
            #expect(undone["undone"] == "report.resolve")
            #expect(try await ActScript.read(mod, "report.list")["items"]?[0]?["status"] == "open")
            let records = try await server.records("report.received")
            #expect(records.map { $0["outcome"] } == ["pending", "ok"] && records.allSatisfy { $0["req"] == id })
        }
    }

    static let mistaken: [(JSONObject, JSONValue)] = [
        (["reason": "about nothing"], "invalid"), (["user": ActScript.user("bob")], "invalid"),
        (["user": ActScript.user("bob"), "reason": .string(String(repeating: "x", count: 513))], "invalid"),
        (["user": ActScript.user("alice"), "reason": "oneself"], "invalid"), (["room": "elsewhere", "reason": "unseen"], "forbidden"),
    ]

    @Test("MOD-69: a report of nothing, of oneself, or of a room that one is not in, is refused and kept nowhere", arguments: mistaken)
    func refused(_ payload: JSONObject, _ code: JSONValue) async throws {
        try await ActScript.with { server in
            let alice = try await server.join("alice")
            #expect(try await ReportScript.report(alice, payload)["code"] == code)
            #expect(try await ActScript.read(ActScript.staff(server), "report.list")["items"] == [])
        }
    }

    @Test("MOD-69: nobody reports where no rule allows it, and no policy needs to")
    func notAllowed() async throws {
        let policies = ActScript.policies.allowing(send: "{ id: root.send, event: [now, later, join, leave, say] }")
        try await ActScript.with(policies: policies) { server in
            let alice = try await server.join("alice")
            #expect(try await ReportScript.report(alice, ["user": ActScript.user("bob"), "reason": "x"])["code"] == "forbidden")
            let catalogue = RouteCatalogue(mounted: server.runtime.mounted)
            #expect(server.runtime.policies.current.check(against: catalogue).allSatisfy { !$0.message.contains("'report'") })
        }
    }

    @Test("MOD-69: a program's own event of that name stays its own, and without moderation there is none")
    func own() throws {
        let mounted = try PendingMount.mount(
            [PendingMount(OwnReport()), PendingMount(AdminGateway(store: .inMemory()))], global: Stages())
        let reports = mounted.flatMap { space in space.routes.filter { $0.event == "report" }.map { ($0.gateway, $0.isOptional) } }
        #expect(reports.map(\.0) == ["OwnReport"] && reports.allSatisfy { !$0.1 })
        #expect(mounted.allSatisfy { $0.routes.enumerated().allSatisfy { $0.offset == $0.element.index } })
        let alone = try PendingMount.mount([PendingMount(ScriptGateway<Root>())], global: Stages())
        #expect(alone.allSatisfy { $0.routes.allSatisfy { $0.event != "report" } })
    }

    private struct OwnReport: Gateway {
        static let namespace: Namespace = "/"
        func routes(_ on: inout Routes) { on("report") { (text: String, _: EventContext) in text } }
    }

    @Test("MOD-69: so many reports of one user wait at a time, and others are not kept from reporting")
    func bounded() async throws {
        try await ActScript.with { server in
            let alice = try await server.join("alice")
            func report(_ client: SocketIOClient) async throws -> JSONValue {
                try await ReportScript.report(client, ["user": ActScript.user("bob"), "reason": "x"])
            }
            for _ in 0..<ReportTable.waitingOfReporter { #expect(try await report(alice)["report_id"] != nil) }
            #expect(try await report(alice)["code"] == "limit")
            #expect(try await report(server.join("carol"))["report_id"] != nil)
            let mod = try await ActScript.staff(server)
            let first = try #require(try await ActScript.read(mod, "report.list", ["limit": 1])["items"]?[0]?["report_id"])
            _ = try await ActScript.act(mod, "report.resolve", ["report_id": first, "outcome": "dismissed"])
            #expect(try await report(alice)["report_id"] != nil)
        }
    }

    @Test("MOD-69: reports of one reporter are kept up to a bound, and the first that were resolved make way")
    func oldest() async throws {
        try await TestServer.with(PendingMount(ScriptGateway<Root>())) { server in
            let store = try OpenModerationStore(.memory, server.runtime)
            let (alice, mod) = (UserID.test(), UserID.test("mod"))
            var ids: [ULID] = []
            for number in 0..<(ReportTable.ofReporter + 3) {
                let id = ULIDGenerator.shared.next()
                ids.append(id)
                let report = UserReport(
                    id: id, reporter: alice, namespace: "/", room: nil, messageID: "m", user: nil, reason: "x")
                let at = Int64(number)
                let origin = ActOrigin(request: id, by: alice, at: at, reason: "x")
                _ = try await store.make([.report(report)], origin, nil, now: at)
                let resolving = ActOrigin(request: id, by: mod, at: at, reason: "seen")
                _ = try await store.make([.resolveReport(id, .upheld)], resolving, nil, now: at)
            }
            let kept = try await store.read {
                try ReportTable.list(.init(status: .resolved), after: "", limit: 1_000, $0).map(\.report.id)
            }
            #expect(kept == Array(ids.dropFirst(3)))
            try store.close()
        }
    }
}
