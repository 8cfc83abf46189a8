import GatehouseAudit
import GatehouseJSON
import GatehouseTestSupport
import GatehouseTesting
import GatehouseTokens
import Testing

@testable import Gatehouse
@testable import GatehouseModeration

@Suite("Roles, rank and rooms, over every verb")
struct ActMatrixTests {
    @Test("MOD-60: the verbs of the table are the events of /admin, and each act has its record")
    func table() throws {
        var routes = Routes()
        AdminGateway(store: .inMemory()).routes(&routes)
        #expect(Set(routes.entries.map(\.event)) == Set(AdminVerb.allCases.map(\.rawValue)))
        #expect(routes.entries.allSatisfy { route in route.familyName == AdminVerb(rawValue: route.event)?.family.rawValue })
        for verb in AdminVerb.allCases where verb != .feedUnsubscribe {
            #expect(verb.auditEvent.rawValue == "admin." + verb.rawValue, "\(verb)")
        }
        let acts = Set(ActCodec.types.map(\.verb)).union([.actUndo, .actBulk, .approvalGrant, .approvalReject])
        #expect(acts == Set(AdminVerb.allCases.filter { $0.kind == .act }))
    }

    @Test("MOD-10, MOD-21: a role uses the verbs of its rank and below, an auditor and a user none", arguments: AdminVerb.allCases)
    func roles(_ verb: AdminVerb) async throws {
        let sample = try #require(ActScript.sample(verb), "\(verb) needs a row in ActScript.sample")
        try await ActScript.with { server in
            _ = try await server.join("alice").emitWithAck("join", [["room": "red"]])
            for (role, rank) in [("auditor", StaffRank.none), ("viewer", .viewer), ("moderator", .moderator), ("admin", .admin)] {
                let client = try await ActScript.staff(server, "s-" + role, role)
                let answer =
                    verb.kind == .act
                    ? try await ActScript.act(client, verb.rawValue, sample) : try await ActScript.read(client, verb.rawValue, sample)
                #expect((answer["code"] == "forbidden") == (rank < verb.rank), "\(role): \(answer.serialized)")
                // Two acts of the same kind by two people are two acts; what is found gone is said so, and nothing is invalid or internal.
                #expect(answer["code"] != "invalid" || verb == .actUndo || verb == .policyReload, "\(role): \(answer.serialized)")
                #expect(answer["code"] != "internal", "\(role): \(answer.serialized)")
                if verb == .drain, rank >= verb.rank { #expect(answer["code"] == "needs_approval") }
            }
        }
        try await ActScript.with { server in
            await #expect(throws: ConnectRefused.self) { try await server.join("eve", roles: ["user"], in: "/admin") }
        }
    }

    private static let personal: [AdminVerb] = [
        .sessionKick, .roomEvict, .userMute, .userUnmute, .userReauth, .noteAdd, .banAdd, .tokenRevoke,
    ]

    @Test("MOD-20: nobody acts on a user of the same rank or above", arguments: personal, ["viewer", "moderator", "admin"])
    func ranks(_ verb: AdminVerb, _ role: String) async throws {
        let sample = try #require(ActScript.sample(verb))
        try await ActScript.with { server in
            _ = try await server.join("alice", roles: [role]).emitWithAck("join", [["room": "red"]])
            _ = try await server.join("alice", roles: [role], in: "/admin")
            let target = StaffRank.roles.first { $0.name == role }?.rank ?? .none
            for (actor, rank) in [("moderator", StaffRank.moderator), ("admin", .admin)] where rank >= verb.rank {
                let client = try await ActScript.staff(server, "s-" + actor, actor)
                let answer = try await ActScript.act(client, verb.rawValue, sample)
                #expect((answer["code"] == "rank") == (target >= rank), "\(actor): \(answer.serialized)")
                guard target < rank else { continue }
                break
            }
        }
    }

    @Test("MOD-20: a ban of an address reaches nobody of the actor's rank, the actor included")
    func rankOfAddresses() async throws {
        try await ActScript.with { server in
            let admin = try await ActScript.staff(server, "boss", "admin")
            let answer = try await ActScript.act(admin, "ban.add", ["kind": "cidr", "value": "127.0.0.0/8"])
            #expect(answer["code"] == "rank")
            #expect(server.runtime.restrictions.current.bans.isEmpty)
        }
    }

    @Test("MOD-22: a moderator of some rooms acts in these, and neither in others nor upon users everywhere", arguments: AdminVerb.allCases)
    func rooms(_ verb: AdminVerb) async throws {
        guard verb.kind == .act, verb.rank <= .moderator else { return }
        var sample = try #require(ActScript.sample(verb))
        try await ActScript.with { server in
            let alice = try await server.join("alice")
            for room in ["red", "blue"] { _ = try await alice.emitWithAck("join", [["room": .string(room)]]) }
            let mod = try await ActScript.staff(server, rooms: ["red"])
            let full = try await ActScript.staff(server, "full")
            switch verb {
            case .actBulk:
                sample["items"] = [
                    ["user": ActScript.user("alice"), "ns": "/", "room": "red", "duration_s": 60],
                    ["user": ActScript.user("alice"), "duration_s": 60],
                ]
                let results = try await ActScript.act(mod, verb.rawValue, sample)["results"]
                #expect(results?[0]?["status"] == "ok" && results?[1]?["code"] == "forbidden")
            case .actUndo:
                let lock = try await ActScript.act(full, "room.lock", ["ns": "/", "room": "blue"])
                #expect(try await ActScript.act(mod, verb.rawValue, ["audit_seq": try #require(lock["audit_seq"])])["code"] == "forbidden")
                let own = try await ActScript.act(mod, "room.lock", ["ns": "/", "room": "red"])
                #expect(try await ActScript.act(mod, verb.rawValue, ["audit_seq": try #require(own["audit_seq"])])["undone"] == "room.lock")
            case .reportClaim, .reportResolve:
                for (room, isOurs) in [("red", true), ("blue", false)] {
                    let id = try await ReportScript.report(alice, ["room": .string(room), "reason": "noise"])["report_id"]
                    sample["report_id"] = id
                    let answer = try await ActScript.act(mod, verb.rawValue, sample)
                    #expect((answer["code"] == "forbidden") == !isOurs, "\(answer.serialized)")
                }
            case _ where sample["room"] != nil:
                #expect(try await ActScript.act(mod, verb.rawValue, sample)["code"] != "forbidden")
                sample["room"] = "blue"
                #expect(try await ActScript.act(mod, verb.rawValue, sample)["code"] == "forbidden")
            default:
                #expect(try await ActScript.act(mod, verb.rawValue, sample)["code"] == "forbidden")
            }
        }
    }

    @Test("MOD-22: a claim that lists no rooms confines to none")
    func noRooms() async throws {
        try await ActScript.with { server in
            let mod = try await ActScript.staff(server, rooms: [])
            #expect(try await ActScript.act(mod, "room.lock", ["ns": "/", "room": "red"])["code"] == "forbidden")
            let own = try await ActScript.read(mod, "staff.self")
            let lock = own["verbs"]?.arrayValue?.first { $0["name"] == "room.lock" }
            #expect(lock?["allowed"] == true && lock?["rooms"] == [])
        }
    }
}
