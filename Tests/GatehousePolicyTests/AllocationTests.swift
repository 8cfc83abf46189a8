import GatehouseJSON
import GatehousePolicy
import GatehouseTestSupport
import Testing

@Suite("Decisions allocate nothing (POL-05)") struct AllocationTests {
    private final class Object {}

    @Test("the counter counts")
    func counter() throws {
        var kept: [Object] = []
        kept.reserveCapacity(8)
        let count = try #require(AllocationCounter.count { for _ in 0..<8 { kept.append(Object()) } })
        #expect(count == 8)
    }

    @Test("POL-05: no decision allocates, whatever it comes to", arguments: ["enforce", "report"])
    func decisions(mode: String) throws {
        let bundle = try bundle(
            """
            connect: { allow: [ { id: c, when: { issuer: corp, auth: { max_age: 1h } } } ], deny: [ { id: cd, when: { roles: { any_of: [x] } } } ] }
            rooms: { join: { allow: [ { id: own, room: "user:{sub}" }, { id: t, room: "t:{/tenant}:**" } ], deny: [ { id: s, room: "t:*:staff" } ] } }
            send:
              allow:
                - { id: m, event: message, room_at: /room, to: ["t:{/tenant}:*", general], joined: true, max_bytes: 1KiB, rate: { connection: 5/s } }
                - { id: w, event: ["mod.*", "x.**"], when: { roles: { any_of: [user] } } }
              deny: [ { id: d, event: mod.secret }, { id: e, event: e, when: { claims: { "/tenant": { equals: 4 } } } } ]
            receive: { allow: [ { id: r, event: "mod.*" } ] }
            """, mode: mode)
        let policy = try #require(bundle.namespace("/chat"))
        let subject = subject("u1", claims: ["tenant": "acme", "auth_time": 900], settings: bundle.global)
        let grants = policy.grants(for: subject)
        let rooms = ["user:u1", "user:u2", "t:acme:a", "t:acme:staff", "t:acme:a:b", "general", "", "a\u{308}", "ü"].map { Array($0.utf8) }
        let events = ["message", "mod.a", "mod.secret", "x.y.z", "unknown", "e"].map { Array($0.utf8) }
        let instants: [Int64] = [1_000, 100_000]
        var allowed = 0, rated = 0
        let count = try #require(
            AllocationCounter.count {
                for now in instants {
                    if grants.decideConnect(now: now).isAllowed { allowed += 1 }
                    for room in rooms { if grants.decideJoin(room: room.span, now: now).isAllowed { allowed += 1 } }
                    for name in events {
                        let event = policy.event(name.span)
                        if grants.decideReceive(event: event, now: now).isAllowed { allowed += 1 }
                        if grants.decideSend(event: event, room: Span<UInt8>?.none, isJoined: false, payloadBytes: 10, now: now).isAllowed {
                            allowed += 1
                        }
                        for room in rooms {
                            let decision = grants.decideSend(event: event, room: room.span, isJoined: true, payloadBytes: 10, now: now)
                            if decision.isAllowed { allowed += 1 }
                            if decision.allowedBy != nil { rated += 1 }
                        }
                    }
                }
            })
        #expect(count == 0)
        #expect(allowed > 10 && rated > 10)
    }
}
